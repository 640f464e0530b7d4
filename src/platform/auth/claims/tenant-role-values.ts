import type { Role } from '../caller.js';
import { tenantIn } from '../realms/tenant-role-pattern.js';
import { type ClaimObject, describe, isObject, parsed, readValues } from './claim-values.js';
import { organizationsIn } from './role-values.js';

/** A role in a tenant, as a claim names both, or the reason why the value does not count. */
export type TenantRoleValue =
  | { text: string; tenant: string; role: string }
  /** A value that matches a pattern. Its role is the one that the realm has for the pattern. */
  | { text: string; tenant: string; mapped: Role }
  | { text: string; fault: string };

/**
 * Reads the claim for roles in tenants. It is an object `{"<tenant>": ["<role>"]}`, an object
 * `{"<tenant>": {"roles": ["<role>"]}}` (Descope), an object `{"<role>": {"<organization>": "<domain>"}}` (Zitadel), or
 * texts that match the patterns of the realm.
 * @param patterns each pattern with the role that it grants
 */
export function tenantRoleValues(
  claim: unknown,
  patterns: Readonly<Record<string, Role>>,
): TenantRoleValue[] {
  const value = parsed(claim);
  if (isObject(value)) return fromObject(value);
  return readValues(value, (item) => [{ text: describe(item), fault: 'is not a text' }]).flatMap(
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
    const listed = isObject(value) ? value.roles : value;
    const roles = isObject(listed) ? [] : readValues(listed, () => []);
    const organizations = roles.length > 0 ? [] : organizationsIn(value);
    return roles.length + organizations.length > 0
      ? [
          ...roles.map(({ text: role }) => ({ text: `${role} in ${key}`, tenant: key, role })),
          ...organizations.map((tenant) => ({ text: `${key} in ${tenant}`, tenant, role: key })),
        ]
      : [{ text: key, fault: 'has neither roles nor organizations as its value' }];
  });
