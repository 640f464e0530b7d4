import { Arg, Ctx, InputType, Mutation, ObjectType, Resolver } from 'type-graphql';
import type { Context } from '../../platform/context.js';
import { changeTenant, TenantInput, TenantPayload } from './change-tenant.js';

@InputType('SuspendTenantInput', { description: 'Which tenant.' })
export class SuspendTenantInput extends TenantInput {}

@ObjectType('SuspendTenantPayload', { description: 'The tenant after the change.' })
export class SuspendTenantPayload extends TenantPayload {}

@Resolver()
export class SuspendTenant {
  /**
   * Suspends a tenant. After the answer, no change in the tenant begins and no account is created: a create reads the
   * status with the tenant's row locked, as this mutation does. A change of another kind that saw the tenant active may
   * still end, within the time limit of a transaction. It does not lock that row, so that changes of different accounts
   * do not wait for each other.
   */
  @Mutation(() => SuspendTenantPayload, {
    nullable: true,
    description:
      'Refuses all changes in a tenant with TENANT_SUSPENDED from now on. What it has can still be read. A change that has begun may still end. For super_admin.',
  })
  async suspendTenant(
    @Arg('input', () => SuspendTenantInput, { description: 'Which tenant.' }) input: SuspendTenantInput,
    @Ctx() context: Context,
  ): Promise<SuspendTenantPayload> {
    const tenant = await changeTenant(context, input.id, 'tenant.suspend', (tenant) => {
      tenant.status = 'suspended';
    });
    return { tenant };
  }
}
