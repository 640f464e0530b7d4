import type { EntityManager } from '@mikro-orm/postgresql';
import { v7 as uuid } from 'uuid';
import { type Context, callerOf } from '../context.js';
import { type AuditAction, AuditEvent } from './audit-event.entity.js';

interface Change {
  action: AuditAction;
  /** Null for what belongs to no tenant. */
  tenantId: string | null;
  /** The public id of what was changed, or its name where it has none. */
  target: string;
  /** When; now, where it is left out. */
  at?: Date;
  before?: Record<string, unknown>;
  after?: Record<string, unknown>;
}

/** Adds an event to a unit of work, so that it is written in the same transaction as the change. */
export function recordChange(
  em: EntityManager,
  context: Context,
  { before, after, at = new Date(), ...change }: Change,
): void {
  const caller = callerOf(context);
  const event = em.create(AuditEvent, {
    ...change,
    before: before ?? null,
    after: after ?? null,
    id: uuid(),
    occurredAt: at,
    outcome: 'success',
    callerRealm: caller.realm,
    callerId: caller.id,
    callerName: caller.name,
    callerEmail: caller.email,
    requestId: context.requestId,
    ip: context.ip,
    userAgent: context.userAgent,
  });
  em.persist(event);
}
