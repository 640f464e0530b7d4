import { p } from '@mikro-orm/core';
import { Int } from 'type-graphql';
import { z } from 'zod';
import { compose, line, lines, tokenLifetime } from '../../platform/input-rules.js';
import { isPermissionName } from '../permissions/permission.rules.js';
import type { AccountField } from './account-field.js';
import { LabelInput, LabelType, labelsRule, maxLabels, toLabelTypes, toPairs } from './account-labels.js';
import { allowlistRule, normalizeAllowlist } from './ip-allowlist.js';

const maxName = 100;
const maxPermissions = 100;

/** A path has at most 256 characters, two of which are angle brackets (RFC 5321, section 4.5.3.1.3). */
const maxContact = 254;

const notEmail = `must be an email address of at most ${maxContact} characters`;
export const contactRule = z.email({ error: notEmail, abort: true }).max(maxContact, notEmail);

/**
 * The fields of an account that administrators can set, one row per field. The entity, the SQL, the input types, the
 * rules, the audit snapshot and the GraphQL type are derived from the rows (stored-fields.ts, graphql-fields.ts). In
 * addition to its row, a field needs a migration for its column, and its name in ServiceAccountFields.graphql for REST.
 * The name of a field with a time must end in `At` (restoreDates).
 */
export const accountFields = {
  name: {
    property: p.text(),
    sqlType: 'text',
    rule: line(1, maxName),
    audited: true,
    type: () => String,
    description:
      'The name of the account, unique among the accounts of the tenant that are not deleted. Names are compared without regard to case, compatibility forms and invisible characters.',
    input: {
      create:
        'The name of the account, 1 to 100 characters, unique among the accounts of the tenant that are not deleted, without regard to case, compatibility forms and invisible characters. Defaults to `service-account-` followed by the creation time in UTC, in the format `YYYYMMDDHHmmss`. Further accounts created in the same second get a suffix: `-2`, `-3` and so on.',
      update:
        'The new name of the account, 1 to 100 characters, unique among the accounts of the tenant that are not deleted, without regard to case, compatibility forms and invisible characters. Cannot be null.',
    },
    required: true,
    normalize: (name: string) => compose(name, maxName),
  },
  description: {
    property: p.text().nullable(),
    sqlType: 'text',
    rule: lines(1000),
    audited: true,
    type: () => String,
    description: 'A description of the account, such as its purpose. Null if not set.',
    nullable: true,
    input: {
      create: 'A description of the account, such as its purpose, up to 1000 characters.',
      update: 'The new description of the account, up to 1000 characters. Null removes it.',
    },
    extensions: { cost: 10 },
  },
  owner: {
    property: p.text().nullable(),
    sqlType: 'text',
    rule: line(0, 255),
    audited: true,
    type: () => String,
    description: 'The team or person responsible for the account. Null if not set.',
    nullable: true,
    input: {
      create: 'The team or person responsible for the account, up to 255 characters.',
      update: 'The new team or person responsible for the account, up to 255 characters. Null removes it.',
    },
  },
  labels: {
    property: p.json().$type<Record<string, string>>(),
    sqlType: 'jsonb',
    rule: labelsRule,
    audited: true,
    type: () => [LabelType],
    description: 'The labels of the account, ordered by key.',
    inputType: () => [LabelInput],
    input: {
      create: 'The labels of the account, up to 32, each with a different key.',
      update:
        'The new labels of the account, up to 32, each with a different key. They replace all existing labels. Null or an empty list removes all labels.',
    },
    normalize: (labels: LabelInput[] | null) => toPairs(labels ?? []),
    toStored: (pairs: [string, string][]) => Object.fromEntries(pairs),
    toShown: toLabelTypes,
    extensions: { size: maxLabels },
  },
  permissions: {
    property: p.array().columnType('text[]'),
    sqlType: 'text[]',
    rule: z
      .array(z.string())
      .max(maxPermissions, `must contain at most ${maxPermissions} entries`)
      .refine(
        (names) => names.every(isPermissionName),
        'must contain only names of the form resource:action, such as api:read',
      )
      .refine((names) => new Set(names).size === names.length, 'must not contain an entry twice'),
    audited: true,
    type: () => [String],
    description: 'The names of the permissions that are granted to the account, such as `api:read`.',
    input: {
      create:
        'The names of the permissions to grant to the account, up to 100, such as `api:read`. They must exist in the permission catalog. Granting a restricted permission requires the role `super_admin`. If null or omitted, the account gets the default permissions of the catalog. An empty list grants no permissions.',
    },
    normalize: (names: string[] | null) =>
      names && names.length <= maxPermissions ? names.toSorted() : names,
    extensions: { cost: 20 },
  },
  expiresAt: {
    property: p.datetime(3).nullable(),
    sqlType: 'timestamptz',
    // In a zone west of Greenwich, the last hours of 9999 are in the year 10000 in UTC, which RFC 3339 cannot express.
    rule: z
      .date()
      .refine((date) => date > new Date(), 'must be in the future')
      .refine((date) => date.getUTCFullYear() < 10_000, 'must be before the year 10000 in UTC'),
    audited: true,
    type: () => Date,
    description:
      'The time when the account expires. An expired account gets no access tokens. Null if the account does not expire.',
    nullable: true,
    input: {
      create:
        'The time when the account expires. Must be in the future. An expired account gets no access tokens. If null or omitted, the account does not expire.',
      update:
        'The new time when the account expires. Must be in the future. An expired account gets no access tokens. If null, the account does not expire.',
    },
  },
  contact: {
    property: p.text().nullable(),
    sqlType: 'text',
    rule: contactRule,
    audited: true,
    type: () => String,
    description: 'The email address of the people responsible for the account. Null if not set.',
    nullable: true,
    input: {
      create: 'The email address of the people responsible for the account, up to 254 characters.',
      update:
        'The new email address of the people responsible for the account, up to 254 characters. Null removes it.',
    },
    addedLater: true,
  },
  tokenLifetimeSeconds: {
    property: p.integer().nullable(),
    sqlType: 'integer',
    rule: tokenLifetime,
    audited: true,
    type: () => Int,
    description:
      'The lifetime of new access tokens of the account in seconds. If the `maxTokenLifetimeSeconds` of the tenant is smaller, it applies instead. Null if the account uses `TOKEN_LIFETIME` in the configuration of the gateway.',
    nullable: true,
    input: {
      create:
        'The lifetime of new access tokens of the account in seconds, 60 to 3600. It can exceed the `maxTokenLifetimeSeconds` of the tenant: when an access token is issued, the smaller value applies. Defaults to `TOKEN_LIFETIME` in the configuration of the gateway.',
      update:
        'The new lifetime of new access tokens of the account in seconds, 60 to 3600. It can exceed the `maxTokenLifetimeSeconds` of the tenant: when an access token is issued, the smaller value applies. If null, the account uses `TOKEN_LIFETIME` in the configuration of the gateway.',
    },
    addedLater: true,
  },
  ipAllowlist: {
    property: p.array().columnType('text[]').nullable(),
    sqlType: 'text[]',
    rule: allowlistRule,
    audited: true,
    type: () => [String],
    description:
      'The IP addresses and ranges from which the account may authenticate at the OAuth 2.0 endpoints, in CIDR notation, such as `198.51.100.0/24`. Null if it may authenticate from any address.',
    nullable: true,
    input: {
      create:
        'The IP addresses and ranges from which the account may authenticate at the OAuth 2.0 endpoints, up to 50, in CIDR notation, such as `198.51.100.0/24` or `2001:db8::/32`. An address without a prefix stands for itself. If null, empty or omitted, the account may authenticate from any address.',
      update:
        'The new IP addresses and ranges from which the account may authenticate at the OAuth 2.0 endpoints, up to 50, in CIDR notation, such as `198.51.100.0/24` or `2001:db8::/32`. They replace all existing entries. An address without a prefix stands for itself. If null or empty, the account may authenticate from any address.',
    },
    normalize: normalizeAllowlist,
    addedLater: true,
    extensions: { cost: 10 },
  },
} satisfies Record<string, AccountField>;

export type AccountFieldName = keyof typeof accountFields;
