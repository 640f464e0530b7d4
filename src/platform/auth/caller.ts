/** The roles from the widest to the narrowest. A token may have several. */
export const roles = ['super_admin', 'tenant_admin', 'tenant_viewer'] as const;
export type Role = (typeof roles)[number];

/** The person or program that a verified token identifies. The pair (realm, id) is the identity everywhere. */
export interface Caller {
  realm: string;
  /** The token's `sub`. */
  id: string;
  name: string | null;
  email: string | null;
  roles: readonly Role[];
  /** The tenants that the token names and its realm may name, as lower-case UUIDs. */
  tenants: readonly string[];
}

/** Tells whether the caller may act in a tenant at all; its roles decide what it may do there. */
export function actsInTenant(caller: Caller, tenantId: string): boolean {
  return caller.roles.includes('super_admin') || caller.tenants.includes(tenantId);
}
