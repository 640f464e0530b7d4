import { z } from 'zod';
import { roles } from './caller.js';
import { publicKey } from './keys/public-key.js';
import { webAddress } from './keys/web-address.js';

/**
 * All algorithms are asymmetric. With a symmetric key, everyone who can verify a token could also issue one (RFC 8725,
 * section 3.1).
 */
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
const text = z
  .string({ error: ({ input }) => (input === undefined ? 'is required' : 'must be a string') })
  .min(1, 'must not be empty');

const realm = z
  .strictObject({
    name: z.string().regex(/^[\w.-]{1,64}$/, 'must be 1 to 64 letters, digits, dots, hyphens or underscores'),
    issuer: text,
    jwksUri: webAddress.optional(),
    jwks: z.strictObject({ keys: z.array(publicKey).min(1, 'must contain at least one key') }).optional(),
    audience: text,
    algorithms: z
      .array(z.enum(algorithms, `must be one of ${algorithms.join(', ')}`))
      .min(1, 'must contain at least one algorithm')
      .default([...algorithms]),
    claims: z
      .strictObject({
        roles: text.default('roles'),
        tenants: text.default('tenants'),
        name: text.default('name'),
        email: text.default('email'),
      })
      .prefault({}),
    grants: z
      .strictObject({
        roles: z.array(z.enum(roles, `must be one of ${roles.join(', ')}`)),
        tenants: z.union([z.literal('*'), z.array(tenantId)], 'must be a list of UUIDs, or "*" for all'),
      })
      .refine(({ roles, tenants }) => tenants === '*' || !roles.includes('super_admin'), {
        path: ['tenants'],
        error: 'must be "*" if roles contains super_admin, because that role acts in every tenant',
      })
      .optional(),
    login: z.strictObject({ clientId: text, scope: z.string().default('openid') }).optional(),
  })
  .refine(({ jwks, jwksUri }) => !(jwks && jwksUri), {
    path: ['jwksUri'],
    error: 'cannot be combined with jwks; give only one of the two',
  })
  .refine((given) => !usesDiscovery(given) || canBeDiscovered(given.issuer), {
    path: ['issuer'],
    error: 'must be an http or https URL without query and fragment, unless jwksUri or jwks is given',
  });

/** Returns whether the gateway gets the URL of the keys from the issuer's discovery document. */
export const usesDiscovery = ({ jwks, jwksUri }: { jwks?: unknown; jwksUri?: unknown }) => !jwks && !jwksUri;

/**
 * Returns whether discovery is possible: the issuer must have no query and no fragment (OpenID Connect Discovery 1.0,
 * section 3).
 */
const canBeDiscovered = (issuer: string) => webAddress.safeParse(issuer).success && !/[?#]/.test(issuer);

/**
 * The rules for the realms file, which lists the realms and the roles and tenants that each realm grants. An unknown
 * key is a fault, because a misspelled `grants` would otherwise grant everything.
 */
export const realmsFile = z
  .strictObject({ default: z.string(), realms: z.array(realm).min(1, 'must contain at least one realm') })
  .check(({ value: file, issues }) => {
    const fault = (path: (string | number)[], message: string) =>
      issues.push({ code: 'custom', input: file, path, message });
    if (!file.realms.some(({ name }) => name === file.default)) {
      fault(['default'], 'must be the name of one of the realms');
    }
    file.realms.forEach((candidate, index) => {
      const earlier = file.realms.slice(0, index);
      if (earlier.some(({ name }) => name === candidate.name)) {
        fault(['realms', index, 'name'], 'is already the name of another realm');
      }
      if (!candidate.grants && candidate.name !== file.default) {
        fault(
          ['realms', index, 'grants'],
          'is required; only the default realm may omit it, which grants all roles and tenants',
        );
      }
    });
  });

export type RealmsFile = z.output<typeof realmsFile>;
export type Realm = RealmsFile['realms'][number];
