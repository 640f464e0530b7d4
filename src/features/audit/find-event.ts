import { type Context, tenantIdOf } from '../../platform/context.js';
import { AppError } from '../../platform/errors.js';
import { AuditEvent } from './audit-event.entity.js';
import { type AuditEventType, toEventType } from './audit-event.type.js';

/**
 * One event of the request's tenant.
 * @throws AppError NOT_FOUND
 */
export async function findEvent(context: Context, id: string): Promise<AuditEventType> {
  const event = await context.query((em) => em.findOne(AuditEvent, { id, tenantId: tenantIdOf(context) }));
  if (!event) throw new AppError('NOT_FOUND', { message: 'There is no such event' });
  return toEventType(event);
}
