import type { Pool } from 'pg';
import { Args, Ctx, Extensions, FieldResolver, Resolver, Root } from 'type-graphql';
import type { Context } from '../../platform/context.js';
import { publicId } from '../../platform/ids.js';
import { PageArgs } from '../../platform/pagination/page.args.js';
import { AuditEventConnection, readTrail } from '../audit/trail-page.js';
import { accountNotFoundError } from './service-account.errors.js';
import { ServiceAccountType } from './service-account.type.js';

/**
 * The cost of the entries of one account. Each account needs its own statement. For a page of 100 accounts, that would
 * be too many statements.
 */
const trailCost = 2000;

/** The field `ServiceAccount.auditEvents`. */
@Resolver(() => ServiceAccountType)
export class AccountTrail {
  constructor(private readonly pool: Pool) {}

  @Extensions({ cost: trailCost })
  // Nullable, because otherwise an invalid cursor would null the whole response, which may contain a new secret.
  @FieldResolver(() => AuditEventConnection, {
    nullable: true,
    description:
      'The audit log entries about the account, newest first. This field adds much to the cost of a document, which is limited, so select it for only a few accounts in one request.',
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
