import type { Pool } from 'pg';
import { Arg, Args, Ctx, Query, Resolver } from 'type-graphql';
import { type Context, tenantIdOf } from '../../platform/context.js';
import { AppError } from '../../platform/errors.js';
import { PageArgs } from '../../platform/pagination/page.args.js';
import { tenantNotFoundError } from '../tenants/tenant.rules.js';
import { AuditEvent } from './audit-event.entity.js';
import { type AuditEventType, toEventType } from './audit-event.type.js';
import { AuditEventFilter } from './audit-events.filter.js';
import { AuditEventConnection, readTrail } from './trail-page.js';

@Resolver()
export class AuditEvents {
  constructor(private readonly pool: Pool) {}

  @Query(() => AuditEventConnection, {
    nullable: true,
    description:
      'The audit trail of the tenant of the x-tenantid header, the newest first. It is there also when the tenant is gone.',
  })
  async auditEvents(
    @Args(() => PageArgs) args: PageArgs,
    @Arg('filter', () => AuditEventFilter, { nullable: true, description: 'Which events. Otherwise all.' })
    filter: AuditEventFilter | null,
    @Ctx() context: Context,
  ): Promise<AuditEventConnection> {
    const tenantId = tenantIdOf(context);
    const trail = { tenantId, filter: { ...filter }, list: [tenantId] };
    const page = await readTrail(this.pool, context, trail, args);
    if (!page) throw tenantNotFoundError();
    return page;
  }
}

/** Finds an event of the request's tenant. @throws AppError NOT_FOUND */
export async function findEvent(context: Context, id: string): Promise<AuditEventType> {
  const event = await context.query((em) => em.findOne(AuditEvent, { id, tenantId: tenantIdOf(context) }));
  if (!event)
    throw new AppError('NOT_FOUND', { message: 'The audit log entry does not exist in this tenant' });
  return toEventType(event);
}
