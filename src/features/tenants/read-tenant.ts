import { Arg, Ctx, ID, Query, Resolver } from 'type-graphql';
import { type Context, tenantIdOf } from '../../platform/context.js';
import { Tenant } from './tenant.entity.js';
import { tenantNotFoundError, tenantUuid } from './tenant.rules.js';
import { TenantType, toTenantType } from './tenant.type.js';

@Resolver()
export class ReadTenant {
  @Query(() => TenantType, {
    nullable: true,
    description:
      'Returns the tenant named by the `x-tenantid` header. Requires the role `tenant_viewer`, `tenant_admin` or `super_admin`.',
  })
  async tenant(@Ctx() context: Context): Promise<TenantType> {
    return findTenant(context, tenantIdOf(context));
  }

  @Query(() => TenantType, {
    nullable: true,
    description:
      'Returns a tenant by its ID. Fails with `NOT_FOUND` if the tenant does not exist. Requires the role `super_admin`.',
  })
  async tenantById(
    @Arg('id', () => ID, { description: 'The ID of the tenant, a UUID.' }) id: string,
    @Ctx() context: Context,
  ): Promise<TenantType> {
    return findTenant(context, tenantUuid(id));
  }
}

async function findTenant(context: Context, id: string): Promise<TenantType> {
  const tenant = await context.query((em) => em.findOne(Tenant, { id }));
  if (!tenant) throw tenantNotFoundError();
  return toTenantType(tenant);
}
