import type { Pool } from 'pg';
import { Arg, Args, Ctx, Query, Resolver } from 'type-graphql';
import type { Context } from '../../platform/context.js';
import { PageArgs } from '../../platform/pagination/page.args.js';
import { tenantNotFoundError } from '../tenants/tenant.rules.js';
import { AllAuditEventFilter } from './audit-events.filter.js';
import { AuditEventConnection, readTrail } from './trail-page.js';

@Resolver()
export class AllAuditEvents {
  constructor(private readonly pool: Pool) {}

  @Query(() => AuditEventConnection, {
    nullable: true,
    description:
      'The audit trails of all tenants, and what belongs to none, as one, the newest first. For super_admin.',
  })
  async allAuditEvents(
    @Args(() => PageArgs) args: PageArgs,
    @Arg('filter', () => AllAuditEventFilter, { nullable: true, description: 'Which events. Otherwise all.' })
    filter: AllAuditEventFilter | null,
    @Ctx() context: Context,
  ): Promise<AuditEventConnection> {
    const trail = { filter: { ...filter }, list: ['all'] };
    const page = await readTrail(this.pool, context, trail, args);
    if (!page) throw tenantNotFoundError();
    return page;
  }
}
