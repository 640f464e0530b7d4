/** The roles, starting with the most powerful. A token may have several. */
export const roles = ['super_admin', 'tenant_admin', 'tenant_viewer'] as const;
export type Role = (typeof roles)[number];

/** The person or program that a verified token identifies. The pair of realm and ID is unique. */
export interface Caller {
  realm: string;
  /** The token's `sub`. */
  id: string;
  name: string | null;
  email: string | null;
  roles: readonly Role[];
  /** The tenants that the token names and that its realm grants, as lower-case UUIDs. */
  tenants: readonly string[];
}

/**
 * Returns whether the caller may act in a tenant. The roles of the caller determine which operations are allowed there.
 */
export function actsInTenant(caller: Caller, tenantId: string): boolean {
  return caller.roles.includes('super_admin') || caller.tenants.includes(tenantId);
}
