import { Arg, Ctx, ID, Query, Resolver } from 'type-graphql';
import type { Context } from '../../platform/context.js';
import { storedId } from '../../platform/public-id.js';
import { findAccount } from './find-account.js';
import { ServiceAccountType } from './service-account.type.js';

@Resolver()
export class ReadServiceAccount {
  @Query(() => ServiceAccountType, {
    nullable: true,
    description:
      'One service account of the tenant of the x-tenantid header, NOT_FOUND if that has none such.',
  })
  serviceAccount(
    @Arg('id', () => ID, { description: 'The id, `sa-` and a UUID.' }) id: string,
    @Ctx() context: Context,
  ): Promise<ServiceAccountType> {
    return findAccount(context, { id: storedId('sa', id) });
  }
}
