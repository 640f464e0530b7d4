/** From the widest to the narrowest. A token may carry several. */
export const roles = ['super_admin', 'tenant_admin', 'tenant_viewer'] as const;
export type Role = (typeof roles)[number];

/** Who a verified token speaks for. A caller is the pair (realm, id) everywhere: creator, audit trail. */
export interface Caller {
  realm: string;
  /** The token's `sub`. */
  id: string;
  name: string | null;
  email: string | null;
  roles: readonly Role[];
  /** Lower-case UUIDs of the tenants that the token names and its realm may name. */
  tenants: readonly string[];
}

/** Whether the caller acts in this tenant at all; what it may do there is a question of its roles. */
export function actsInTenant(caller: Caller, tenantId: string): boolean {
  return caller.roles.includes('super_admin') || caller.tenants.includes(tenantId);
}
