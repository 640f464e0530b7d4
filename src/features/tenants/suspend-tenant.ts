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
   * What holds once this is answered: a change in the tenant that begins then is refused, and no account is created
   * any more, since a create looks at the status when it has the lock of the tenant's row, as this has. Another
   * change that had begun, and had seen the tenant active, may still be done, within the seconds that a transaction
   * has: it holds no lock of that row, so that changes of different accounts do not wait for each other.
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
    const tenant = await changeTenant(context, input.id, 'tenant.suspend', (found) => {
      found.status = 'suspended';
    });
    return { tenant };
  }
}
