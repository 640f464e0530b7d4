import { isSuperAdmin, type Role, type TenantRoles } from '../../platform/auth/caller.js';
import type { Reading, TokenContent } from '../../platform/auth/claims/token-content.js';
import { rolesOf } from '../../platform/auth/resolve-caller.js';

/** What the database says about the tenants of a token. */
export interface TenantReport {
  tenantRoles: TenantRoles;
  /** Each name of a tenant in the token, and the ID of the tenant, or the reason why the name does not count. */
  names: ReadonlyMap<string, Reading<string>>;
  /** The names of the tenants that exist, by ID. */
  existing: ReadonlyMap<string, string>;
  /** Why the database could not be read. */
  unread?: string;
}

/** Returns the tenants in which a caller has a role, as far as they exist. */
export const usableTenants = ({ tenantRoles, existing, unread }: TenantReport): [string, readonly Role[]][] =>
  [...tenantRoles].filter(([id, roles]) => roles.length > 0 && (unread || existing.has(id)));

/** Returns whether only the database knows what a token allows, and could not be read. */
export const isUndecided = (content: TokenContent, { unread, names }: TenantReport): boolean =>
  unread !== undefined && rolesOf(content).length > 0 && names.size > 0;

/** Says what to change so that a token allows anything. Returns undefined if it does. */
export function lackOf(content: TokenContent, report: TenantReport): string | undefined {
  if (isSuperAdmin({ roles: rolesOf(content) }) || usableTenants(report).length > 0) return undefined;
  const lacks = [roleLack(content), tenantLack(content, report)].filter(Boolean);
  return lacks.join(' ') || 'Its roles hold only in tenants that do not exist.';
}

/** What to change, by the reason why a value does not count. The first reason that fits applies. */
const remedies: readonly [reason: RegExp, remedy: string][] = [
  [
    /tenantRolePatterns.*splitRoles/,
    'set tenantRolePatterns to a pattern that matches the whole text, or set splitRoles if texts contain several values',
  ],
  [/splitRoles/, 'map the whole text in roleMap, or set splitRoles if texts contain several values'],
  [
    /splitTenants/,
    'a super_admin gives a tenant the whole text as its external ID, or set splitTenants if texts contain several names',
  ],
  [/not in roleMap/, 'map a value of the claim in roleMap, because only what it names counts'],
  [/not a role/, 'use the names of the roles of the gateway, or map the values in roleMap'],
  [/grants\.roles/, 'add the role to grants.roles if the realm may grant it'],
  [/tenantRolePatterns/, 'set tenantRolePatterns to patterns that match the values'],
  [/super_admin/, 'give super_admin in the claim that claims.roles names'],
  [/grants\.tenants/, 'add the tenant to grants.tenants if the realm may grant it'],
  [
    /external ID/,
    'a super_admin gives a tenant such a name as its external ID in this realm, with updateTenant',
  ],
];

/** Returns the remedies for the reasons why values do not count, as a clause. */
function remedyFor(readings: readonly Reading<unknown>[]): string {
  const found = readings.flatMap(({ fault }) => {
    const remedy = remedies.find(([reason]) => fault !== undefined && reason.test(fault));
    return remedy ? [remedy[1]] : [];
  });
  return [...new Set(found)].join('; or ') || 'the lines above say why';
}

function roleLack({ roles, tenantRoles, ...content }: TokenContent): string | undefined {
  if (rolesOf({ roles, tenantRoles, ...content }).length > 0) return undefined;
  return roles.length + tenantRoles.length === 0
    ? 'It has no role: let the identity provider add the roles to access tokens, or set claims.roles or ' +
        'claims.tenantRoles in the realms file to the claim that contains them.'
    : `None of its values means a role: ${remedyFor([...roles, ...tenantRoles])}.`;
}

function tenantLack(
  { tenants, tenantRoles }: TokenContent,
  { names, existing, unread }: TenantReport,
): string | undefined {
  if (names.size === 0) {
    if (tenants.length > 0) return `None of its values means a tenant: ${remedyFor(tenants)}.`;
    // The lack of a role says why these values do not count.
    return tenantRoles.length > 0
      ? undefined
      : 'It names no tenant: let the identity provider add the tenants to access tokens, or set claims.tenants in the ' +
          'realms file to the claim that names them.';
  }
  if (unread) return undefined;
  const ids = [...names.values()].flatMap(({ means }) => means ?? []);
  if (ids.length === 0) return `None of the names means a tenant: ${remedyFor([...names.values()])}.`;
  return ids.some((id) => existing.has(id))
    ? undefined
    : 'None of its tenants exists: a super_admin creates them with createTenant.';
}
