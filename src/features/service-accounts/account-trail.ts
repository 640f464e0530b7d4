import type { Pool } from 'pg';
import { Args, Ctx, Extensions, FieldResolver, Resolver, Root } from 'type-graphql';
import type { Context } from '../../platform/context.js';
import { publicId } from '../../platform/ids.js';
import { PageArgs } from '../../platform/pagination/page.args.js';
import { AuditEventConnection, readTrail } from '../audit/trail-page.js';
import { noAccount } from './service-account.errors.js';
import { ServiceAccountType } from './service-account.type.js';

/** Each is a statement of its own: a page of 100 accounts cannot ask for 100 of them. */
const perTrail = 2000;

/** What was done to an account, wherever an account is shown. */
@Resolver(() => ServiceAccountType)
export class AccountTrail {
  constructor(private readonly pool: Pool) {}

  @Extensions({ cost: perTrail })
  // Null where it fails: otherwise a cursor that is wrong would take with it the only copy of a secret, beside it.
  @FieldResolver(() => AuditEventConnection, {
    nullable: true,
    description:
      "The account's own audit trail, the newest first: what was done to it. For few accounts of a list, if for any.",
  })
  async auditEvents(
    @Root() { id, tenant }: ServiceAccountType,
    @Args(() => PageArgs) args: PageArgs,
    @Ctx() context: Context,
  ): Promise<AuditEventConnection> {
    const target = publicId('ServiceAccount', id);
    const trail = { tenantId: tenant.id, filter: { target }, list: [tenant.id, target] };
    const page = await readTrail(this.pool, context, trail, args);
    if (!page) throw noAccount();
    return page;
  }
}
