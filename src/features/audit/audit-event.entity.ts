import { defineEntity, p } from '@mikro-orm/core';
import type { AuditAction } from '../../platform/audit/actions.js';

/** An audit log entry. Rows are only inserted. Triggers reject every change except the erasure of a person. */
const AuditEventSchema = defineEntity({
  name: 'AuditEvent',
  tableName: 'audit_event',
  properties: {
    occurredAt: p.datetime(3).primary(),
    id: p.uuid().primary(),
    /**
     * The tenant. Not a foreign key, because the tenant may have been deleted. Null if the entry belongs to no tenant.
     */
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
