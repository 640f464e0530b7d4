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

/** The roles in each tenant. The keys are lower-case UUIDs. */
export type TenantRoles = ReadonlyMap<string, readonly Role[]>;

/** The person or program that a verified token identifies, with its roles. */
export interface Caller extends Identity {
  /** The roles in the token, even if the names of its tenants mean no tenant. */
  roles: readonly Role[];
  /**
   * Returns the roles in each tenant that the token names and its realm grants. The database knows what the names of
   * the tenants mean. A request that does not need to know works while the database is unavailable.
   */
  tenantRoles(): Promise<TenantRoles>;
}

/** Returns the roles that the caller has in any tenant. Those of a super_admin hold in every tenant. */
export async function rolesAnywhere(caller: Caller): Promise<readonly Role[]> {
  if (isSuperAdmin(caller)) return caller.roles;
  const inTenants = new Set([...(await caller.tenantRoles()).values()].flat());
  return roles.filter((role) => inTenants.has(role));
}

/** Returns whether the caller has the role super_admin, which holds in every tenant. */
export const isSuperAdmin = ({ roles }: Pick<Caller, 'roles'>): boolean => roles.includes('super_admin');
