import type { Pool } from 'pg';
import { Args, Ctx, Query, Resolver } from 'type-graphql';
import { type Context, tenantIdOf } from '../../platform/context.js';
import { PageArgs } from '../../platform/pagination/page.args.js';
import { AudienceConnection, readAudiences } from './audience-page.js';

@Resolver()
export class Audiences {
  constructor(private readonly pool: Pool) {}

  @Query(() => AudienceConnection, {
    nullable: true,
    description:
      'Lists the audiences for which the service accounts of a tenant can get access tokens, ordered by URI: those of the tenant, and those of all tenants. The `x-tenantid` header names the tenant. The default audience is not in the list. Requires the role `tenant_viewer`, `tenant_admin` or `super_admin`.',
  })
  async audiences(
    @Args(() => PageArgs) args: PageArgs,
    @Ctx() context: Context,
  ): Promise<AudienceConnection> {
    return readAudiences(this.pool, context, tenantIdOf(context), args);
  }
}
