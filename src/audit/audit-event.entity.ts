import { defineEntity, p } from '@mikro-orm/core';

/** What the trail tells apart. Each names one thing that was done, or was tried and denied. */
export const auditActions = [
  'audit_event.export',
  'audit_event.read',
  'audit_event.read_all',
  'permission.delete',
  'permission.read',
  'permission.set',
  'person.erase',
  'service_account.create',
  'service_account.create.replay',
  'service_account.create_secret',
  'service_account.create_secret.replay',
  'service_account.delete',
  'service_account.disable',
  'service_account.enable',
  'service_account.read',
  'service_account.remove',
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
  'tenant.set_secret_max_age',
  'tenant.suspend',
  'tenant.update',
  'viewer.read',
] as const;
export type AuditAction = (typeof auditActions)[number];

/** One line of the trail. Rows are only ever added: a trigger refuses update and delete. */
export const AuditEventSchema = defineEntity({
  name: 'AuditEvent',
  tableName: 'audit_event',
  properties: {
    occurredAt: p.datetime(3).primary(),
    id: p.uuid().primary(),
    /** No foreign key: the trail outlives what it tells of. Null for what belongs to no tenant. */
    tenantId: p.uuid().nullable(),
    callerRealm: p.text(),
    callerId: p.text(),
    callerName: p.text().nullable(),
    callerEmail: p.text().nullable(),
    action: p.text().$type<AuditAction>(),
    target: p.text().nullable(),
    outcome: p.enum(['success', 'denied']).$type<'success' | 'denied'>(),
    requestId: p.text(),
    ip: p.text().nullable(),
    userAgent: p.text().nullable(),
    before: p.json().$type<Record<string, unknown>>().nullable(),
    after: p.json().$type<Record<string, unknown>>().nullable(),
  },
});

export class AuditEvent extends AuditEventSchema.class {}
AuditEventSchema.setClass(AuditEvent);
