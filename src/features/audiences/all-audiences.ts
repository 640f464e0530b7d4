import type { Pool } from 'pg';
import { Args, Ctx, Query, Resolver } from 'type-graphql';
import type { Context } from '../../platform/context.js';
import { PageArgs } from '../../platform/pagination/page.args.js';
import { AudienceConnection, readAudiences } from './audience-page.js';

@Resolver()
export class AllAudiences {
  constructor(private readonly pool: Pool) {}

  @Query(() => AudienceConnection, {
    nullable: true,
    description:
      'Lists the audience catalog, ordered by URI, with the audiences of each tenant. Requires the role `super_admin`.',
  })
  async allAudiences(
    @Args(() => PageArgs) args: PageArgs,
    @Ctx() context: Context,
  ): Promise<AudienceConnection> {
    return readAudiences(this.pool, context, undefined, args);
  }
}
