import { Arg, Ctx, ID, Query, Resolver } from 'type-graphql';
import { type Context, tenantIdOf } from '../../platform/context.js';
import { invalidField } from '../../platform/errors.js';
import { NodeIdArgs } from '../../platform/node.type.js';
import { toTenantType } from '../tenants/tenant.type.js';
import { isClientId } from './client-id.js';
import { ServiceAccount } from './service-account.entity.js';
import { accountNotFoundError } from './service-account.errors.js';
import { ServiceAccountType, toServiceAccountType } from './service-account.type.js';

@Resolver()
export class ReadServiceAccount {
  @NodeIdArgs({ id: 'ServiceAccount' })
  @Query(() => ServiceAccountType, {
    nullable: true,
    description:
      'Returns a service account by its ID. Fails with `NOT_FOUND` if the tenant named by the `x-tenantid` header has no such account. Requires the role `tenant_viewer`, `tenant_admin` or `super_admin`.',
  })
  serviceAccount(
    @Arg('id', () => ID, { description: 'The ID of the service account: `sa-` followed by a UUID.' })
    id: string,
    @Ctx() context: Context,
  ): Promise<ServiceAccountType> {
    return findAccount(context, { id });
  }

  @Query(() => ServiceAccountType, {
    nullable: true,
    description:
      'Returns a service account by its client ID. Fails with `NOT_FOUND` if the tenant named by the `x-tenantid` header has no such account. Requires the role `tenant_viewer`, `tenant_admin` or `super_admin`.',
  })
  serviceAccountByClientId(
    @Arg('clientId', () => String, {
      description: 'The client ID of the service account, such as `sa_client_0123456789ab`.',
    })
    clientId: string,
    @Ctx() context: Context,
  ): Promise<ServiceAccountType> {
    if (!isClientId(clientId)) {
      throw invalidField('clientId', 'must be sa_client_ followed by 12 lowercase hexadecimal digits');
    }
    return findAccount(context, { clientId });
  }
}

/** Finds an account of the request's tenant, deleted or not. @throws AppError NOT_FOUND */
export async function findAccount(
  context: Context,
  by: { id: string } | { clientId: string },
): Promise<ServiceAccountType> {
  const where = { ...by, tenant: tenantIdOf(context) };
  const account = await context.query((em) => em.findOne(ServiceAccount, where, { populate: ['tenant'] }));
  if (!account) throw accountNotFoundError();
  return toServiceAccountType(account, toTenantType(account.tenant));
}
