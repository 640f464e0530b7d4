import { z } from 'zod';
import { roles } from '../caller.js';
import { publicKey } from '../keys/public-key.js';
import { webAddress } from '../keys/web-address.js';
import { hasOtherBraces, isTemplate } from './issuers.js';
import { isTenantRolePattern, placeholder } from './tenant-role-pattern.js';

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

const text = z
  .string({ error: ({ input }) => (input === undefined ? 'is required' : 'must be a string') })
  .min(1, 'must not be empty');
const texts = z.array(text).min(1, 'must contain at least one string');
const role = z.enum(roles, `must be one of ${roles.join(', ')}`);

const tenantId = z
  .guid({
    error: ({ input }) =>
      input === '*' ? 'must be a UUID; for all tenants, use "*" instead of a list' : 'must be a UUID',
  })
  .toLowerCase();

const claimPath = z.union([text, texts], 'must be the name of a claim, a path with dots, or a list of keys');
const audience = z
  .union([text, texts], {
    error: ({ input }) => (input === undefined ? 'is required' : 'must be a string or a list of strings'),
  })
  .transform((value) => [value].flat());

/** The rules for the keys of a realm. */
export const realm = z.strictObject({
  name: z
    .string('is required')
    .regex(/^[\w.-]{1,64}$/, 'must be 1 to 64 letters, digits, dots, hyphens or underscores'),
  issuer: text
    .refine((issuer) => issuer.trim() === issuer, 'must not start or end with white space')
    .refine((issuer) => !hasOtherBraces(issuer), 'must not contain braces, except in {tenantid}'),
  issuerTenants: z
    .array(z.string().regex(/^[\w.-]{1,128}$/, 'must be the ID of a tenant of the identity provider'))
    .min(1, 'must contain at least one ID')
    .optional(),
  jwksUri: webAddress.optional(),
  jwks: z.strictObject({ keys: z.array(publicKey).min(1, 'must contain at least one key') }).optional(),
  audience,
  audienceClaim: claimPath.default('aud'),
  requiredClaims: z
    .record(text, z.union([z.string(), z.number(), z.boolean()], 'must be a string, a number, true or false'))
    .default({}),
  acceptIdTokens: z.boolean('must be true or false').default(false),
  algorithms: z
    .array(z.enum(algorithms, `must be one of ${algorithms.join(', ')}`))
    .min(1, 'must contain at least one algorithm')
    .default([...algorithms]),
  claims: z
    .strictObject({
      roles: claimPath.default('roles'),
      tenants: claimPath.default('tenants'),
      tenantRoles: claimPath.optional(),
      name: claimPath.default('name'),
      email: claimPath.default('email'),
    })
    .prefault({}),
  roleMap: z
    .record(text, role)
    .refine(
      (map) => Object.keys(map).length > 0,
      'must contain at least one value, because only what it names counts',
    )
    .optional(),
  splitRoles: z.boolean('must be true or false').default(false),
  splitTenants: z.boolean('must be true or false').default(false),
  externalIdsOnly: z.boolean('must be true or false').default(false),
  tenantRolePatterns: z
    .record(
      z.string().refine(isTenantRolePattern, `must contain ${placeholder} exactly once`),
      z.enum(['tenant_admin', 'tenant_viewer'], 'must be tenant_admin or tenant_viewer'),
    )
    .optional(),
  grants: z
    .strictObject({
      roles: z.array(role),
      tenants: z.union([z.literal('*'), z.array(tenantId)], 'must be a list of UUIDs, or "*" for all'),
    })
    .optional(),
  login: z.strictObject({ clientId: text, scope: z.string().default('openid') }).optional(),
});

/** The keys of a realm whose values are valid. */
export type GivenRealm = Partial<z.output<typeof realm>>;

/** A rule about several keys of a realm. */
interface Rule {
  key: string[];
  isBroken(realm: GivenRealm): boolean;
  fault: string;
}

/** The rules about several keys. Each is checked even if other keys are invalid, and ignores the invalid ones. */
export const rulesAboutSeveralKeys: readonly Rule[] = [
  {
    key: ['jwksUri'],
    isBroken: ({ jwks, jwksUri }) => Boolean(jwks && jwksUri),
    fault: 'cannot be combined with jwks; give only one of the two',
  },
  {
    key: ['issuer'],
    isBroken: (given) =>
      given.issuer !== undefined &&
      usesDiscovery(given) &&
      !isTemplate(given.issuer) &&
      !canBeDiscovered(given.issuer),
    fault: 'must be an http or https URL without query and fragment, unless jwksUri or jwks is given',
  },
  {
    key: ['jwksUri'],
    isBroken: (given) => isTemplate(given.issuer) && usesDiscovery(given),
    fault:
      'is required if issuer contains {tenantid}, for example https://login.microsoftonline.com/common/discovery/v2.0/keys',
  },
  {
    key: ['issuerTenants'],
    isBroken: ({ issuer, issuerTenants }) => isTemplate(issuer) && !issuerTenants,
    fault: 'is required if issuer contains {tenantid}; it lists the allowed tenants of the identity provider',
  },
  {
    key: ['issuerTenants'],
    isBroken: ({ issuer, issuerTenants }) =>
      issuer !== undefined && !isTemplate(issuer) && Boolean(issuerTenants),
    fault: 'can only be used if issuer contains {tenantid}',
  },
  {
    key: ['claims', 'tenantRoles'],
    isBroken: ({ claims, tenantRolePatterns }) =>
      Boolean(claims && tenantRolePatterns && !claims.tenantRoles),
    fault: 'is required if tenantRolePatterns is given; it names the claim whose values the patterns match',
  },
  {
    key: ['grants', 'tenants'],
    isBroken: ({ grants }) =>
      Boolean(grants && grants.tenants !== '*' && grants.roles.includes('super_admin')),
    fault: 'must be "*" if roles contains super_admin, because that role acts in every tenant',
  },
];

/** Returns whether the gateway gets the URL of the keys from the issuer's discovery document. */
export const usesDiscovery = ({ jwks, jwksUri }: { jwks?: unknown; jwksUri?: unknown }) => !jwks && !jwksUri;

/**
 * Returns whether discovery is possible: the issuer must have no query and no fragment (OpenID Connect Discovery 1.0,
 * section 3).
 */
const canBeDiscovered = (issuer: string) => webAddress.safeParse(issuer).success && !/[?#]/.test(issuer);
