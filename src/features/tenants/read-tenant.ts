import { Ctx, Query, Resolver } from 'type-graphql';
import { type Context, tenantIdOf } from '../../platform/context.js';
import { Tenant } from './tenant.entity.js';
import { noTenant } from './tenant.rules.js';
import { TenantType, toTenantType } from './tenant.type.js';

@Resolver()
export class ReadTenant {
  @Query(() => TenantType, { nullable: true, description: 'The tenant of the x-tenantid header.' })
  async tenant(@Ctx() context: Context): Promise<TenantType> {
    const tenant = await context.query((em) => em.findOne(Tenant, { id: tenantIdOf(context) }));
    if (!tenant) throw noTenant();
    return toTenantType(tenant);
  }
}
