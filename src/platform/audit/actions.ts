/** The actions of audit log entries. An action is the name of an operation that succeeded or was denied. */
export const auditActions = [
  'audit_event.export',
  'audit_event.read',
  'audit_event.read_all',
  'audit_event.remove',
  'permission.delete',
  'permission.read',
  'permission.set',
  'person.erase',
  'service_account.add_key',
  'service_account.add_key.replay',
  'service_account.create',
  'service_account.create.replay',
  'service_account.create_secret',
  'service_account.create_secret.replay',
  'service_account.delete',
  'service_account.disable',
  'service_account.enable',
  'service_account.read',
  'service_account.remove',
  'service_account.remove_key',
  'service_account.restore',
  'service_account.revoke_all_secrets',
  'service_account.revoke_secret',
  'service_account.revoke_token',
  'service_account.rotate_secret',
  'service_account.rotate_secret.replay',
  'service_account.set_permissions',
  'service_account.sign_in',
  'service_account.update',
  'tenant.create',
  'tenant.delete',
  'tenant.list',
  'tenant.read',
  'tenant.resume',
  'tenant.set_max_token_lifetime',
  'tenant.set_secret_max_age',
  'tenant.suspend',
  'tenant.update',
  'viewer.read',
] as const;
export type AuditAction = (typeof auditActions)[number];

/** The actions that have a second action, with the suffix `.replay`, for a retry that receives the first response. */
export type RepeatableAction = {
  [Action in AuditAction]: `${Action}.replay` extends AuditAction ? Action : never;
}[AuditAction];
