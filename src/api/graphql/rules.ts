import type { AuditAction } from '../../platform/audit/actions.js';
import { isSuperAdmin, type Role, rolesAnywhere } from '../../platform/auth/caller.js';
import { type Context, callerOf, tenantIdOf } from '../../platform/context.js';
import { AppError } from '../../platform/errors.js';
import { deny, rule } from './shield.js';

/** Every caller whose token is valid, even without a role. */
const anyone = 'anyone';
const superAdmin = ['super_admin'] as const;
const admin = [...superAdmin, 'tenant_admin'] as const;
const reader = [...admin, 'tenant_viewer'] as const;

/**
 * The shield map. It lists who may use which root field, in a tenant or globally, and how a denial is recorded and
 * worded. A root field that is not in the map is denied to everyone.
 */
export const rules = {
  Query: {
    '*': deny,
    node: tenant(reader, 'service_account.read', 'read service accounts'),
    serviceAccount: tenant(reader, 'service_account.read', 'read service accounts'),
    serviceAccountByClientId: tenant(reader, 'service_account.read', 'read service accounts'),
    serviceAccounts: tenant(reader, 'service_account.read', 'read service accounts'),
    testServiceAccountTrust: tenant(admin, 'service_account.test_trust', 'test trusts'),
    workloadIssuers: global(reader, 'workload_issuer.read', 'read the issuers of workloads'),
    tenant: tenant(reader, 'tenant.read', 'read this tenant'),
    permissions: global(reader, 'permission.read', 'read the permissions'),
    audiences: tenant(reader, 'audience.read', 'read the audiences'),
    allAudiences: global(superAdmin, 'audience.read_all', 'read the audiences of all tenants'),
    tenantById: global(superAdmin, 'tenant.read', 'read all tenants'),
    tenants: global(superAdmin, 'tenant.list', 'list tenants'),
    viewer: global(anyone, 'viewer.read', 'use this gateway'),
    auditEvents: tenant(reader, 'audit_event.read', 'read the audit log'),
    auditEventExport: tenant(reader, 'audit_event.export', 'export the audit log'),
    allAuditEvents: global(superAdmin, 'audit_event.read_all', 'read the audit logs of all tenants'),
  },
  Mutation: {
    '*': deny,
    createServiceAccount: tenant(admin, 'service_account.create', 'create service accounts'),
    updateServiceAccount: tenant(admin, 'service_account.update', 'change service accounts'),
    setServiceAccountPermissions: tenant(admin, 'service_account.set_permissions', 'set permissions'),
    disableServiceAccount: tenant(admin, 'service_account.disable', 'disable service accounts'),
    enableServiceAccount: tenant(admin, 'service_account.enable', 'enable service accounts'),
    deleteServiceAccount: tenant(admin, 'service_account.delete', 'delete service accounts'),
    restoreServiceAccount: tenant(admin, 'service_account.restore', 'restore service accounts'),
    rotateServiceAccountSecret: tenant(admin, 'service_account.rotate_secret', 'rotate secrets'),
    createServiceAccountSecret: tenant(admin, 'service_account.create_secret', 'create secrets'),
    revokeServiceAccountSecret: tenant(admin, 'service_account.revoke_secret', 'revoke secrets'),
    reportLeakedSecret: tenant(admin, 'service_account.report_leaked_secret', 'report leaked secrets'),
    addServiceAccountKey: tenant(admin, 'service_account.add_key', 'add public keys'),
    removeServiceAccountKey: tenant(admin, 'service_account.remove_key', 'remove public keys'),
    addServiceAccountTrust: tenant(admin, 'service_account.add_trust', 'add trusts'),
    removeServiceAccountTrust: tenant(admin, 'service_account.remove_trust', 'remove trusts'),
    disableServiceAccounts: tenant(admin, 'service_account.disable', 'disable service accounts'),
    enableServiceAccounts: tenant(admin, 'service_account.enable', 'enable service accounts'),
    deleteServiceAccounts: tenant(admin, 'service_account.delete', 'delete service accounts'),
    setServiceAccountsPermissions: tenant(admin, 'service_account.set_permissions', 'set permissions'),
    rotateServiceAccountSecrets: tenant(admin, 'service_account.rotate_secret', 'rotate secrets'),
    revokeAllServiceAccountSecrets: tenant(admin, 'service_account.revoke_all_secrets', 'revoke all secrets'),
    setTenantMaxTokenLifetime: tenant(admin, 'tenant.set_max_token_lifetime', 'change this tenant'),
    setTenantSecretMaxAge: tenant(admin, 'tenant.set_secret_max_age', 'change this tenant'),
    createTenant: global(superAdmin, 'tenant.create', 'create tenants'),
    setPermission: global(superAdmin, 'permission.set', 'change the permissions', 'name'),
    deletePermission: global(superAdmin, 'permission.delete', 'delete permissions', 'name'),
    setAudience: global(superAdmin, 'audience.set', 'change the audiences'),
    deleteAudience: global(superAdmin, 'audience.delete', 'delete audiences'),
    erasePerson: global(superAdmin, 'person.erase', 'erase a person'),
    updateTenant: global(superAdmin, 'tenant.update', 'change tenants'),
    suspendTenant: global(superAdmin, 'tenant.suspend', 'suspend tenants'),
    resumeTenant: global(superAdmin, 'tenant.resume', 'resume tenants'),
    deleteTenant: global(superAdmin, 'tenant.delete', 'delete tenants'),
  },
};

/** The properties of an entry of the map. They are stored on its graphql-shield rule. */
interface Access {
  /**
   * A field with scope tenant acts in the tenant of the x-tenantid header. A field with scope global ignores the
   * header.
   */
  scope: 'tenant' | 'global';
  roles: readonly Role[] | typeof anyone;
  /** The action of the audit log entry for a denial. */
  action: AuditAction;
  /** Completes "User lacks permission to ...". */
  purpose: string;
  /** The argument, or the field of the input, that identifies the target of a denial. */
  identifiedBy: 'id' | 'name';
}

type AccessRule = ReturnType<typeof createRule>;

type Line = [roles: Access['roles'], action: AuditAction, purpose: string, identifiedBy?: 'id' | 'name'];

function tenant(...line: Line) {
  return createRule('tenant', ...line);
}

function global(...line: Line) {
  return createRule('global', ...line);
}

function createRule(scope: Access['scope'], ...[roles, action, purpose, identifiedBy = 'id']: Line) {
  const access: Access = { scope, roles, action, purpose, identifiedBy };
  const check = async (_parent: unknown, _args: unknown, context: Context) => {
    try {
      await checkAccess(access, context);
      return true;
    } catch (denial) {
      // If a rule throws, graphql-shield replaces the error with a denial that gives no reason.
      return denial as AppError;
    }
  };
  return Object.assign(rule({ cache: 'no_cache' })(check), access);
}

/**
 * Checks the access token, the tenant header and the role, in the documented order.
 * @throws AppError UNAUTHENTICATED, BAD_USER_INPUT or FORBIDDEN
 */
async function checkAccess({ scope, roles, purpose }: Access, context: Context): Promise<void> {
  const caller = callerOf(context);
  const tenantId = scope === 'tenant' ? tenantIdOf(context) : undefined;
  // Neither a super_admin nor a caller whose token lacks the role needs the database to say what its tenants are.
  if (roles === anyone || (isSuperAdmin(caller) && roles.includes('super_admin'))) return;
  if (roles.some((role) => caller.roles.includes(role))) {
    const held = tenantId ? (await caller.tenantRoles()).get(tenantId) : await rolesAnywhere(caller);
    if (roles.some((role) => held?.includes(role))) return;
  }
  const needed = roles.length === 1 ? `, which requires ${roles[0]}` : '';
  throw new AppError('FORBIDDEN', { message: `User lacks permission to ${purpose}${needed}` });
}

export type RootType = keyof typeof rules;

export interface RootField {
  type: RootType;
  field: string;
  rule: AccessRule;
}

const lines = ({ '*': _, ...fields }: Record<string, unknown>) =>
  Object.entries(fields) as [string, AccessRule][];

/** The entries of the map, without its wildcards. */
export const rootFields: readonly RootField[] = (['Query', 'Mutation'] as const).flatMap((type) =>
  lines(rules[type]).map(([field, rule]) => ({ type, field, rule })),
);

/** Returns the names of the root fields that a caller with these roles may use. */
export const allowedOperations = (callerRoles: readonly string[]): string[] =>
  rootFields
    .filter(({ rule: { roles } }) => roles === anyone || roles.some((role) => callerRoles.includes(role)))
    .map(({ field }) => field);

/** Returns whether a root field acts in the tenant of the x-tenantid header. */
export const isInTenant = (operation: 'query' | 'mutation', name: string): boolean =>
  rootFields.some(
    ({ type, field, rule }) => type.toLowerCase() === operation && field === name && rule.scope === 'tenant',
  );
