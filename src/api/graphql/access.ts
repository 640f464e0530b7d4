import type { AuditAction } from '../../platform/audit/actions.js';
import { actsInTenant, type Role } from '../../platform/auth/caller.js';
import { type Context, callerOf, tenantIdOf } from '../../platform/context.js';
import { AppError } from '../../platform/errors.js';

/** What it takes to use one root field. */
export interface Access {
  /** A tenant field acts in the tenant of the x-tenantid header; a global one ignores the header. */
  scope: 'tenant' | 'global';
  roles: readonly Role[];
  /** The action in the audit trail. */
  action: AuditAction;
  /** Completes "User lacks permission to …". */
  purpose: string;
  /** The argument, or the field of the input, that tells what it is about. */
  about: 'id' | 'name';
}

const readers: readonly Role[] = ['super_admin', 'tenant_admin', 'tenant_viewer'];
const admins: readonly Role[] = ['super_admin', 'tenant_admin'];
const superAdmins: readonly Role[] = ['super_admin'];

const inTenant = (roles: readonly Role[], action: AuditAction, purpose: string): Access => ({
  scope: 'tenant',
  roles,
  action,
  purpose,
  about: 'id',
});
const globally = (roles: readonly Role[], action: AuditAction, purpose: string): Access => ({
  ...inTenant(roles, action, purpose),
  scope: 'global',
});

/** By its name, since a permission has no id. */
const byName = (access: Access): Access => ({ ...access, about: 'name' });

/** Who may do what: a line for each root field. What has no line here is denied to everyone. */
export const access = {
  Query: {
    node: inTenant(readers, 'service_account.read', 'read service accounts'),
    serviceAccount: inTenant(readers, 'service_account.read', 'read service accounts'),
    serviceAccountByClientId: inTenant(readers, 'service_account.read', 'read service accounts'),
    serviceAccounts: inTenant(readers, 'service_account.read', 'read service accounts'),
    tenant: inTenant(readers, 'tenant.read', 'read this tenant'),
    permissions: globally(readers, 'permission.read', 'read the permissions'),
    tenantById: globally(superAdmins, 'tenant.read', 'read all tenants'),
    tenants: globally(superAdmins, 'tenant.list', 'list tenants'),
    viewer: globally(readers, 'viewer.read', 'use this gateway'),
    auditEvents: inTenant(readers, 'audit_event.read', 'read the audit trail'),
    auditEventExport: inTenant(readers, 'audit_event.export', 'export the audit trail'),
    allAuditEvents: globally(superAdmins, 'audit_event.read_all', 'read the audit trails of all tenants'),
  },
  Mutation: {
    createServiceAccount: inTenant(admins, 'service_account.create', 'create service accounts'),
    updateServiceAccount: inTenant(admins, 'service_account.update', 'change service accounts'),
    setServiceAccountPermissions: inTenant(admins, 'service_account.set_permissions', 'set permissions'),
    disableServiceAccount: inTenant(admins, 'service_account.disable', 'disable service accounts'),
    enableServiceAccount: inTenant(admins, 'service_account.enable', 'enable service accounts'),
    deleteServiceAccount: inTenant(admins, 'service_account.delete', 'delete service accounts'),
    restoreServiceAccount: inTenant(admins, 'service_account.restore', 'restore service accounts'),
    rotateServiceAccountSecret: inTenant(admins, 'service_account.rotate_secret', 'rotate secrets'),
    createServiceAccountSecret: inTenant(admins, 'service_account.create_secret', 'create secrets'),
    revokeServiceAccountSecret: inTenant(admins, 'service_account.revoke_secret', 'revoke secrets'),
    disableServiceAccounts: inTenant(admins, 'service_account.disable', 'disable service accounts'),
    enableServiceAccounts: inTenant(admins, 'service_account.enable', 'enable service accounts'),
    deleteServiceAccounts: inTenant(admins, 'service_account.delete', 'delete service accounts'),
    setServiceAccountsPermissions: inTenant(admins, 'service_account.set_permissions', 'set permissions'),
    rotateServiceAccountSecrets: inTenant(admins, 'service_account.rotate_secret', 'rotate secrets'),
    revokeAllServiceAccountSecrets: inTenant(
      admins,
      'service_account.revoke_all_secrets',
      'revoke all secrets',
    ),
    setTenantSecretMaxAge: inTenant(admins, 'tenant.set_secret_max_age', 'change this tenant'),
    createTenant: globally(superAdmins, 'tenant.create', 'create tenants'),
    setPermission: byName(globally(superAdmins, 'permission.set', 'change the permissions')),
    deletePermission: byName(globally(superAdmins, 'permission.delete', 'delete permissions')),
    erasePerson: globally(superAdmins, 'person.erase', 'erase a person'),
    updateTenant: globally(superAdmins, 'tenant.update', 'change tenants'),
    suspendTenant: globally(superAdmins, 'tenant.suspend', 'suspend tenants'),
    resumeTenant: globally(superAdmins, 'tenant.resume', 'resume tenants'),
    deleteTenant: globally(superAdmins, 'tenant.delete', 'delete tenants'),
  },
} satisfies Record<string, Record<string, Access>>;

/**
 * Checks in the documented order: token, tenant header, role.
 * @throws AppError UNAUTHENTICATED, BAD_USER_INPUT or FORBIDDEN
 */
export function checkAccess({ scope, roles, purpose }: Access, context: Context): void {
  const caller = callerOf(context);
  const tenantId = scope === 'tenant' ? tenantIdOf(context) : undefined;
  const hasRole = roles.some((role) => caller.roles.includes(role));
  if (!hasRole || (tenantId && !actsInTenant(caller, tenantId))) {
    const needed = roles.length === 1 ? `, which takes ${roles[0]}` : '';
    throw new AppError('FORBIDDEN', { message: `User lacks permission to ${purpose}${needed}` });
  }
}

/** The root fields that some of these roles may use. */
export function allowedOperations(callerRoles: readonly string[]): string[] {
  return Object.values(access)
    .flatMap((fields) => Object.entries<Access>(fields))
    .filter(([, { roles }]) => roles.some((role) => callerRoles.includes(role)))
    .map(([field]) => field);
}
