import type { Role } from '../caller.js';
import { tenantIn } from '../realms/tenant-role-pattern.js';
import { type ClaimObject, isObject, parsed, readValues } from './claim-values.js';
import { organizationsIn } from './role-values.js';

/** A role in a tenant, as a claim names both, or the reason why the value does not count. */
export type TenantRoleValue =
  | { text: string; tenant: string; role: string }
  /** A value that matches a pattern. Its role is the one that the realm has for the pattern. */
  | { text: string; tenant: string; mapped: Role }
  | { text: string; fault: string };

/**
 * Reads the claim for roles in tenants. It has one of three forms: an object `{"<tenant>": ["<role>"]}`, Zitadel's
 * object `{"<role>": {"<organization>": "<domain>"}}`, or texts that match the patterns of the realm.
 * @param patterns each pattern with the role that it grants
 */
export function tenantRoleValues(
  claim: unknown,
  patterns: Readonly<Record<string, Role>>,
): TenantRoleValue[] {
  const value = parsed(claim);
  if (isObject(value)) return fromObject(value);
  return readValues(value, (item) => [{ text: JSON.stringify(item), fault: 'is not a string' }]).flatMap(
    ({ text, fault, whole }): TenantRoleValue[] => {
      if (fault) return [{ text, fault }];
      const matches = Object.entries(patterns).flatMap(([pattern, role]) => {
        const tenant = tenantIn(text, pattern);
        return tenant === undefined ? [] : { text, tenant, mapped: role };
      });
      return matches.length > 0 || whole
        ? matches
        : [{ text, fault: 'matches no pattern of tenantRolePatterns' }];
    },
  );
}

const fromObject = (claim: ClaimObject): TenantRoleValue[] =>
  Object.entries(claim).flatMap(([key, value]): TenantRoleValue[] => {
    const organizations = organizationsIn(value);
    if (organizations.length > 0)
      return organizations.map((tenant) => ({ text: `${key} in ${tenant}`, tenant, role: key }));
    const roles = typeof value === 'string' || Array.isArray(value) ? readValues(value, () => []) : [];
    if (roles.length === 0) return [{ text: key, fault: 'has neither roles nor organizations as its value' }];
    return roles.map(({ text: role }) => ({ text: `${role} in ${key}`, tenant: key, role }));
  });
