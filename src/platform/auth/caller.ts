/** The roles, starting with the most powerful. A token may have several. */
export const roles = ['super_admin', 'tenant_admin', 'tenant_viewer'] as const;
export type Role = (typeof roles)[number];

/** Who a verified token identifies. The pair of realm and ID is unique. */
export interface Identity {
  /** The name of the realm. */
  realm: string;
  /** The token's `sub`. */
  id: string;
  name: string | null;
  email: string | null;
}

/** The person or program that a verified token identifies, with its roles. */
export interface Caller extends Identity {
  /** The roles that the caller has anywhere: in all tenants, in some, or in none because the token names no tenant. */
  roles: readonly Role[];
  /** The roles in each tenant that the token names and its realm grants. The keys are lower-case UUIDs. */
  tenants: ReadonlyMap<string, readonly Role[]>;
}

/** Returns whether the caller has the role super_admin, which holds in every tenant. */
export const isSuperAdmin = ({ roles }: Pick<Caller, 'roles'>): boolean => roles.includes('super_admin');

/** Returns the roles that the caller has in a tenant. */
export function rolesIn(caller: Caller, tenantId: string): readonly Role[] {
  const roles = caller.tenants.get(tenantId) ?? [];
  return isSuperAdmin(caller) ? ['super_admin', ...roles] : roles;
}
