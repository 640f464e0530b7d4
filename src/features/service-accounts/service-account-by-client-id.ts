import { Arg, Ctx, Query, Resolver } from 'type-graphql';
import type { Context } from '../../platform/context.js';
import { invalidField } from '../../platform/errors.js';
import { isClientId } from './client-id.js';
import { findAccount } from './find-account.js';
import { ServiceAccountType } from './service-account.type.js';

@Resolver()
export class ReadServiceAccountByClientId {
  @Query(() => ServiceAccountType, {
    nullable: true,
    description: 'The service account of a client id in the tenant of the x-tenantid header, or NOT_FOUND.',
  })
  serviceAccountByClientId(
    @Arg('clientId', () => String, { description: 'Such as `sa_client_0123456789ab`.' }) clientId: string,
    @Ctx() context: Context,
  ): Promise<ServiceAccountType> {
    if (!isClientId(clientId)) {
      throw invalidField('clientId', 'must be sa_client_ and 12 hexadecimal digits');
    }
    return findAccount(context, { clientId });
  }
}
