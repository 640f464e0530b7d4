import type { Role } from '../caller.js';
import type { Realm } from '../realms/realms-file.js';
import { tenantIn } from '../realms/tenant-role-pattern.js';
import { type ClaimObject, type ClaimValue, describe, isObject, parsed, readValues } from './claim-values.js';
import { organizationsIn } from './role-values.js';

/** A role in a tenant, as a claim names both, or the reason why the value does not count. */
export type TenantRoleValue = Pick<ClaimValue, 'text' | 'isUnsplit'> &
  (
    | { tenant: string; role: string }
    /** A value that matches a pattern. Its role is the one that the realm has for the pattern. */
    | { tenant: string; mapped: Role }
    | { fault: string }
  );

/**
 * Reads the claim for roles in tenants. It is an object `{"<tenant>": ["<role>"]}`, an object
 * `{"<tenant>": {"roles": ["<role>"]}}` (Descope), an object `{"<role>": {"<organization>": "<domain>"}}` (Zitadel), or
 * texts that match the patterns of the realm.
 */
export function tenantRoleValues(
  claim: unknown,
  { tenantRolePatterns = {}, splitRoles }: Pick<Realm, 'tenantRolePatterns' | 'splitRoles'>,
): TenantRoleValue[] {
  const value = splitRoles ? parsed(claim) : claim;
  if (isObject(value)) return fromObject(value, splitRoles);
  const noText = (item: unknown) => [{ text: describe(item), fault: 'is not a text' }];
  return readValues(value, splitRoles, noText).flatMap(
    ({ text, fault, whole, isUnsplit }): TenantRoleValue[] => {
      if (fault) return [{ text, fault }];
      const matches = Object.entries(tenantRolePatterns).flatMap(([pattern, role]) => {
        const tenant = tenantIn(text, pattern);
        return tenant === undefined ? [] : { text, tenant, mapped: role };
      });
      return matches.length > 0 || whole
        ? matches
        : [{ text, fault: 'matches no pattern of tenantRolePatterns', isUnsplit }];
    },
  );
}

/**
 * Reads an object. All of its keys are tenants, or all are roles: otherwise whoever can choose the name of a tenant could
 * give it the name of a role.
 */
function fromObject(claim: ClaimObject, isSplit: boolean): TenantRoleValue[] {
  const entries = Object.entries(claim);
  const namesTenants = entries.some(([, value]) => hasRoles(value));
  return entries.flatMap(([key, value]) => {
    const values = namesTenants ? rolesIn(key, value, isSplit) : tenantsWith(key, value);
    return values.length > 0 ? values : [{ text: key, fault: namesTenants ? hasNoRoles : hasNoTenants }];
  });
}

const hasRoles = (value: unknown): boolean =>
  typeof value === 'string' || Array.isArray(value) || (isObject(value) && Object.hasOwn(value, 'roles'));

const hasNoRoles = 'has no roles as its value';
const hasNoTenants = 'has neither roles nor organizations as its value';

const rolesIn = (tenant: string, value: unknown, isSplit: boolean): TenantRoleValue[] =>
  readValues(isObject(value) ? value.roles : value, isSplit, () => []).map(({ text: role, isUnsplit }) => ({
    text: `${role} in ${tenant}`,
    tenant,
    role,
    isUnsplit,
  }));

const tenantsWith = (role: string, value: unknown): TenantRoleValue[] =>
  organizationsIn(value).map((tenant) => ({ text: `${role} in ${tenant}`, tenant, role }));
