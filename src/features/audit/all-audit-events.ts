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
      'Lists the audit log entries of all tenants, newest first. The list includes entries that belong to no tenant. Requires the role `super_admin`.',
  })
  async allAuditEvents(
    @Args(() => PageArgs) args: PageArgs,
    @Arg('filter', () => AllAuditEventFilter, {
      nullable: true,
      description: 'Selects the entries to return. Defaults to all entries.',
    })
    filter: AllAuditEventFilter | null,
    @Ctx() context: Context,
  ): Promise<AuditEventConnection> {
    const trail = { filter: { ...filter }, list: ['all'] };
    const page = await readTrail(this.pool, context, trail, args);
    if (!page) throw tenantNotFoundError();
    return page;
  }
}
