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

/** Says what to change so that a token allows anything. Returns undefined if it does. */
export function lackOf(content: TokenContent, report: TenantReport): string | undefined {
  if (isSuperAdmin({ roles: rolesOf(content) }) || usableTenants(report).length > 0) return undefined;
  return [roleLack(content), tenantLack(content, report)].filter(Boolean).join(' ');
}

function roleLack(content: TokenContent): string | undefined {
  if (rolesOf(content).length > 0) return undefined;
  return content.roles.length + content.tenantRoles.length === 0
    ? 'It has no role: set claims.roles or claims.tenantRoles in the realms file to the claim that contains the roles.'
    : 'None of its values means a role: use the names of the roles of the gateway, or map the values in roleMap.';
}

function tenantLack({ realm }: TokenContent, { names, existing, unread }: TenantReport): string | undefined {
  if (names.size === 0)
    return 'It names no tenant: set claims.tenants in the realms file to the claim that names the tenants.';
  if (unread) return 'Without the database, this command cannot say whether its tenants exist.';
  const ids = [...names.values()].flatMap(({ means }) => means ?? []);
  if (ids.length === 0)
    return `None of the names means a tenant: a super_admin gives a tenant such a name as its external ID in the realm ${realm}, with updateTenant.`;
  return ids.some((id) => existing.has(id))
    ? undefined
    : 'None of its tenants exists: a super_admin creates them with createTenant.';
}
