import { Arg, Ctx, ID, Query, Resolver } from 'type-graphql';
import type { Context } from '../../platform/context.js';
import { Tenant } from './tenant.entity.js';
import { noTenant, tenantUuid } from './tenant.rules.js';
import { TenantType, toTenantType } from './tenant.type.js';

@Resolver()
export class TenantById {
  @Query(() => TenantType, {
    nullable: true,
    description: 'Any tenant, or NOT_FOUND. For super_admin; `tenant` is that of the x-tenantid header.',
  })
  async tenantById(
    @Arg('id', () => ID, { description: 'The tenant, a UUID.' }) id: string,
    @Ctx() context: Context,
  ): Promise<TenantType> {
    const where = { id: tenantUuid(id) };
    const tenant = await context.query((em) => em.findOne(Tenant, where));
    if (!tenant) throw noTenant();
    return toTenantType(tenant);
  }
}
