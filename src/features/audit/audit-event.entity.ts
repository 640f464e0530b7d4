import { defineEntity, p } from '@mikro-orm/core';
import type { AuditAction } from '../../platform/audit/actions.js';

/** An event of the audit trail. Rows are only added: triggers refuse all changes but the erasure of a person. */
const AuditEventSchema = defineEntity({
  name: 'AuditEvent',
  tableName: 'audit_event',
  properties: {
    occurredAt: p.datetime(3).primary(),
    id: p.uuid().primary(),
    /** The tenant, which may be deleted by now; so this is no foreign key. Null for an event that belongs to none. */
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
