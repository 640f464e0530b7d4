import { p } from '@mikro-orm/core';
import { z } from 'zod';
import { compose, line, lines } from '../../platform/input-rules.js';
import { isPermissionName } from '../permissions/permission.rules.js';
import { LabelInput, LabelType, labelsRule, maxLabels, toLabelTypes, toPairs } from './account-labels.js';

/** A field of an account that administrators set. */
export interface AccountField {
  /** The property of the entity. Its column has the field's name in snake case. */
  property: object;
  /** The type of the column. */
  sqlType: 'text' | 'text[]' | 'jsonb' | 'timestamptz';
  /** The rule for input. */
  rule: z.ZodType;
  /** Tells whether the audit log shows the field. */
  audited: boolean;
  /** The GraphQL type. */
  type: () => unknown;
  /** The description in the schema. */
  description: string;
  nullable?: boolean;
  /** The GraphQL type in inputs, if it is another one. */
  inputType?: () => unknown;
  /**
   * The description in inputs, or one for each operation. An operation without a description does not set the field.
   */
  input: string | { create?: string; update?: string };
  /** Tells whether an update cannot set the field to null. */
  required?: boolean;
  /**
   * Brings a value of the input into one form, in which it is compared with the input of a retry. It runs before the
   * input is checked, so that it must be fast however large the value is.
   */
  normalise?(value: never): unknown;
  /** Turns a normalised value into the stored value. */
  toStored?(normalised: never): unknown;
  /** Turns a stored value into the GraphQL value. */
  toShown?(stored: never): unknown;
  /**
   * Tells whether an earlier version did not know the field. While it is null, the input of a create is compared without it,
   * so that a retry matches across an upgrade.
   */
  addedLater?: boolean;
  /** The weight of the field in the cost of an answer (api/graphql/limits). */
  extensions?: { cost?: number; size?: number };
}

const maxName = 100;
const maxPermissions = 100;

/** A path has at most 256 characters, of which two are angle brackets (RFC 5321, section 4.5.3.1.3). */
const maxContact = 254;

const notEmail = `must be an email address of at most ${maxContact} characters`;
export const contactRule = z.email({ error: notEmail, abort: true }).max(maxContact, notEmail);

/**
 * The fields of an account that administrators set. The entity, the SQL, the input types, the rules, the audit
 * snapshot and the GraphQL type are derived from their rows (stored-fields.ts, graphql-fields.ts). Besides its row, a field
 * needs a migration for its column, and its name in ServiceAccountFields.graphql for REST. The name of a time ends in
 * `At`.
 */
export const accountFields = {
  name: {
    property: p.text(),
    sqlType: 'text',
    rule: line(1, maxName),
    audited: true,
    type: () => String,
    description: "The name, unique among the tenant's accounts.",
    input: {
      create: '1 to 100 characters. Left out, it is `service-account-` and the time, YYYYMMDDHHmmss in UTC.',
      update: '1 to 100 characters. It cannot be emptied.',
    },
    required: true,
    normalise: (name: string) => compose(name, maxName),
  },
  description: {
    property: p.text().nullable(),
    sqlType: 'text',
    rule: lines(1000),
    audited: true,
    type: () => String,
    description: 'What the account is for.',
    nullable: true,
    input: 'What the account is for, up to 1000 characters.',
    extensions: { cost: 10 },
  },
  owner: {
    property: p.text().nullable(),
    sqlType: 'text',
    rule: line(0, 255),
    audited: true,
    type: () => String,
    description: 'The team or person that answers for the account.',
    nullable: true,
    input: 'The team or person that answers for it, up to 255 characters.',
  },
  labels: {
    property: p.json().$type<Record<string, string>>(),
    sqlType: 'jsonb',
    rule: labelsRule,
    audited: true,
    type: () => [LabelType],
    description: 'The labels, in the order of their keys.',
    inputType: () => [LabelInput],
    input: {
      create: 'Up to 32 labels, each key once.',
      update: 'All of the labels, in the place of those that are there. Up to 32, each key once.',
    },
    normalise: (labels: LabelInput[] | null) => toPairs(labels ?? []),
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
    description: 'What the account is granted, as `resource:action`.',
    input: {
      create: 'Names from the catalogue. Left out, the defaults are granted; an empty list grants nothing.',
    },
    normalise: (names: string[] | null) =>
      names && names.length <= maxPermissions ? names.toSorted() : names,
    extensions: { cost: 20 },
  },
  expiresAt: {
    property: p.datetime(3).nullable(),
    sqlType: 'timestamptz',
    // A zone west of Greenwich moves the last hours of 9999 into a year that RFC 3339 cannot write.
    rule: z
      .date()
      .refine((date) => date > new Date(), 'must be in the future')
      .refine((date) => date.getUTCFullYear() < 10_000, 'must be before the year 10000 in UTC'),
    audited: true,
    type: () => Date,
    description: 'From when on the account cannot sign in.',
    nullable: true,
    input: {
      create: 'From when on the account cannot sign in. In the future.',
      update: 'From when on the account cannot sign in. In the future; null for never.',
    },
  },
  contact: {
    property: p.text().nullable(),
    sqlType: 'text',
    rule: contactRule,
    audited: true,
    type: () => String,
    description: 'The e-mail address at which the people behind the account are reached.',
    nullable: true,
    input: 'The e-mail address at which the people behind it are reached, up to 254 characters.',
    addedLater: true,
  },
} satisfies Record<string, AccountField>;

export type AccountFieldName = keyof typeof accountFields;
