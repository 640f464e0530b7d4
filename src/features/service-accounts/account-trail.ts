import type { Pool } from 'pg';
import { Args, Ctx, Extensions, FieldResolver, Resolver, Root } from 'type-graphql';
import type { Context } from '../../platform/context.js';
import { publicId } from '../../platform/ids.js';
import { PageArgs } from '../../platform/pagination/page.args.js';
import { AuditEventConnection, readTrail } from '../audit/trail-page.js';
import { accountNotFoundError } from './service-account.errors.js';
import { ServiceAccountType } from './service-account.type.js';

/** The cost of a trail. Each trail is a statement, and a page of 100 accounts cannot ask for the trails of all. */
const trailCost = 2000;

/** The field `ServiceAccount.auditEvents`. */
@Resolver(() => ServiceAccountType)
export class AccountTrail {
  constructor(private readonly pool: Pool) {}

  @Extensions({ cost: trailCost })
  // Nullable, so that a wrong cursor does not null the whole answer, which may have the only copy of a secret.
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
    if (!page) throw accountNotFoundError();
    return page;
  }
}
