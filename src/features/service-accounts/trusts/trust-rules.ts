import { hash } from 'node:crypto';
import { z } from 'zod';
import { line } from '../../../platform/input-rules.js';
import { accountFields } from '../fields.js';
import type { TrustedClaim } from './service-account-trust.entity.js';
import { maxClaims } from './service-account-trust.type.js';

const maxSubject = 1024;
const maxText = 255;

/** Issuers choose subjects and claims. Only characters that could mislead the readers of a trust are not allowed. */
const exact = (max: number) =>
  z
    .string('must not be null')
    .regex(
      new RegExp(String.raw`^[^\p{C}]{1,${max}}$`, 'u'),
      `must be 1 to ${max} characters long, and must not contain control or invisible characters`,
    )
    // Such a space comes from copying a value, and would never match.
    .refine((text) => text.trim() === text, 'must not start or end with white space');

/** A JSON Pointer (RFC 6901, section 3). */
const pointer = /^(\/([^/~]|~[01])*)+$/;

/** The claims that a trust always checks. */
const checkedAnyway = ['iss', 'sub', 'aud', 'exp', 'iat', 'nbf'];

const claimName = exact(maxText)
  .refine((name) => !name.startsWith('/') || pointer.test(name), 'must be a valid JSON Pointer (RFC 6901)')
  .refine(
    (name) => !checkedAnyway.includes(name.replace(/^\//, '')),
    `must not be ${checkedAnyway.join(', ')}, which are always checked`,
  );

/** The rules for the input that adds a trust. */
export const trustRules = z.object({
  issuer: line(1, 64),
  // Users of other products expect wildcards. A subject with a wildcard would never match.
  subject: exact(maxSubject).refine(
    (subject) => !subject.includes('*'),
    'must be the exact subject; wildcards are not supported, so add one trust for each subject',
  ),
  audience: exact(maxText).nullish(),
  claims: z
    .array(z.object({ name: claimName, value: exact(maxText) }))
    .max(maxClaims, `must contain at most ${maxClaims} entries`)
    .refine(
      (claims) => new Set(claims.map(({ name }) => name)).size === claims.length,
      'must not contain a name twice',
    )
    .nullish(),
  expiresAt: accountFields.expiresAt.rule.nullish(),
});

/** What a trust requires of a token. */
export interface Requirements {
  issuer: string;
  subject: string;
  audience: string;
  claims: readonly TrustedClaim[];
}

/** Returns claims in the order of their names, so that the order of an input makes no difference. */
export const sortedClaims = (claims: readonly TrustedClaim[]): TrustedClaim[] =>
  claims.map(({ name, value }) => ({ name, value })).sort((one, other) => (one.name < other.name ? -1 : 1));

/** Returns the hash of what a trust requires. @param requirements with sorted claims */
export const digestOf = ({ issuer, subject, audience, claims }: Requirements): string =>
  hash('sha256', JSON.stringify([issuer, subject, audience, claims]), 'base64url');
