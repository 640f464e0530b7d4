import { z } from 'zod';
import { roles } from './caller.js';
import { publicKey } from './keys/public-key.js';
import { webAddress } from './keys/web-address.js';

/** The algorithms are all asymmetric: a shared key would make every verifier an issuer (RFC 8725, section 3.1). */
const algorithms = [
  'RS256',
  'RS384',
  'RS512',
  'PS256',
  'PS384',
  'PS512',
  'ES256',
  'ES384',
  'ES512',
  'EdDSA',
  'Ed25519',
] as const;

const tenantId = z.guid('must be a UUID').toLowerCase();
const claim = z.string().min(1);

const realm = z
  .strictObject({
    name: z.string().regex(/^[\w.-]{1,64}$/, 'must be 1 to 64 letters, digits, dots, dashes or underscores'),
    issuer: z.string().min(1),
    jwksUri: webAddress.optional(),
    jwks: z.strictObject({ keys: z.array(publicKey).min(1) }).optional(),
    audience: z.string().min(1),
    algorithms: z
      .array(z.enum(algorithms))
      .min(1)
      .default([...algorithms]),
    claims: z
      .strictObject({
        roles: claim.default('roles'),
        tenants: claim.default('tenants'),
        name: claim.default('name'),
        email: claim.default('email'),
      })
      .prefault({}),
    grants: z
      .strictObject({
        roles: z.array(z.enum(roles)),
        tenants: z.union([z.literal('*'), z.array(tenantId)], 'must be a list of UUIDs, or "*" for all'),
      })
      .refine(({ roles, tenants }) => tenants === '*' || !roles.includes('super_admin'), {
        path: ['tenants'],
        error: 'must be "*" where super_admin is granted, since that role acts in every tenant',
      })
      .optional(),
    login: z.strictObject({ clientId: z.string().min(1), scope: z.string().default('openid') }).optional(),
  })
  .refine(({ jwks, jwksUri }) => !(jwks && jwksUri), {
    path: ['jwksUri'],
    error: 'give either jwksUri or jwks',
  })
  .refine((given) => !usesDiscovery(given) || canBeDiscovered(given.issuer), {
    path: ['issuer'],
    error: 'must be an http or https URL without query and fragment, or give jwksUri or jwks',
  });

/** Tells whether the issuer itself is asked for the URL of its keys. */
export const usesDiscovery = ({ jwks, jwksUri }: { jwks?: unknown; jwksUri?: unknown }) => !jwks && !jwksUri;

/** Tells whether discovery works: an issuer has no query and no fragment (OpenID Connect Discovery 1.0, section 3). */
const canBeDiscovered = (issuer: string) => webAddress.safeParse(issuer).success && !/[?#]/.test(issuer);

/**
 * The realms file: the issuers of tokens that the gateway trusts, and what their tokens may carry.
 * An unknown key is a fault, so that a misspelt `grants` never means "all".
 */
export const realmsFile = z
  .strictObject({ default: z.string(), realms: z.array(realm).min(1) })
  .check(({ value: file, issues }) => {
    const fault = (path: (string | number)[], message: string) =>
      issues.push({ code: 'custom', input: file, path, message });
    if (!file.realms.some(({ name }) => name === file.default)) {
      fault(['default'], 'names none of the realms');
    }
    file.realms.forEach((candidate, index) => {
      const earlier = file.realms.slice(0, index);
      if (earlier.some(({ name }) => name === candidate.name)) {
        fault(['realms', index, 'name'], 'is used twice');
      }
      if (!candidate.grants && candidate.name !== file.default) {
        fault(['realms', index, 'grants'], 'only the default realm may leave it out, which means all');
      }
    });
  });

export type RealmsFile = z.output<typeof realmsFile>;
export type Realm = RealmsFile['realms'][number];
