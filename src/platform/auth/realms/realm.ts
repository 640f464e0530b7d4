import { z } from 'zod';
import { roles } from '../caller.js';
import { type Rule, rulesAboutSources, text, trustedIssuer, usesDiscovery } from '../keys/trusted-issuer.js';
import { hasOtherBraces, isTemplate } from './issuers.js';
import { isTenantRolePattern, placeholder } from './tenant-role-pattern.js';

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
  ...trustedIssuer,
  issuer: trustedIssuer.issuer.refine(
    (issuer) => !hasOtherBraces(issuer),
    'must not contain braces, except in {tenantid}',
  ),
  issuerTenants: z
    .array(z.string().regex(/^[\w.-]{1,128}$/, 'must be the ID of a tenant of the identity provider'))
    .min(1, 'must contain at least one ID')
    .optional(),
  audience,
  audienceClaim: claimPath.default('aud'),
  requiredClaims: z
    .record(text, z.union([z.string(), z.number(), z.boolean()], 'must be a string, a number, true or false'))
    .default({}),
  acceptIdTokens: z.boolean('must be true or false').default(false),
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

/** The rules about several keys. Each is checked even if other keys are invalid, and ignores the invalid ones. */
export const rulesAboutSeveralKeys: readonly Rule<GivenRealm>[] = [
  ...rulesAboutSources,
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
