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
      'Lists the audit log entries of a tenant, newest first. The `x-tenantid` header names the tenant. The audit log remains available after the tenant is deleted. Requires the role `tenant_viewer`, `tenant_admin` or `super_admin`.',
  })
  async auditEvents(
    @Args(() => PageArgs) args: PageArgs,
    @Arg('filter', () => AuditEventFilter, {
      nullable: true,
      description: 'Selects the entries to return. Defaults to all entries.',
    })
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

/** Finds an audit log entry of the request's tenant. @throws AppError NOT_FOUND */
export async function findEvent(context: Context, id: string): Promise<AuditEventType> {
  const event = await context.query((em) => em.findOne(AuditEvent, { id, tenantId: tenantIdOf(context) }));
  if (!event)
    throw new AppError('NOT_FOUND', { message: 'The audit log entry does not exist in this tenant' });
  return toEventType(event);
}
