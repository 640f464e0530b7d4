import { Arg, Ctx, ID, Query, Resolver } from 'type-graphql';
import { type Context, tenantIdOf } from '../../platform/context.js';
import { Tenant } from './tenant.entity.js';
import { tenantNotFoundError, tenantUuid } from './tenant.rules.js';
import { TenantType, toTenantType } from './tenant.type.js';

@Resolver()
export class ReadTenant {
  @Query(() => TenantType, { nullable: true, description: 'The tenant of the x-tenantid header.' })
  async tenant(@Ctx() context: Context): Promise<TenantType> {
    return findTenant(context, tenantIdOf(context));
  }

  @Query(() => TenantType, {
    nullable: true,
    description: 'Any tenant, or NOT_FOUND. For super_admin; `tenant` is that of the x-tenantid header.',
  })
  async tenantById(
    @Arg('id', () => ID, { description: 'The tenant, a UUID.' }) id: string,
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
