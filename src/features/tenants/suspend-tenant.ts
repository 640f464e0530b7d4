import { Arg, Ctx, InputType, Mutation, ObjectType, Resolver } from 'type-graphql';
import type { Context } from '../../platform/context.js';
import { changeTenant, TenantInput, TenantPayload } from './change-tenant.js';

@InputType('SuspendTenantInput', { description: 'The input for suspending a tenant.' })
export class SuspendTenantInput extends TenantInput {}

@ObjectType('SuspendTenantPayload', { description: 'The result of suspending a tenant.' })
export class SuspendTenantPayload extends TenantPayload {}

@Resolver()
export class SuspendTenant {
  /**
   * Suspends a tenant. After the response, no account is created in the tenant: a request that creates an account reads
   * the status while it holds the lock on the tenant's row, as this mutation does. No other change starts either. Other
   * changes do not lock that row, so that changes of different accounts do not wait for each other. A change that found
   * the tenant active may therefore still complete, within the time limit of a transaction.
   */
  @Mutation(() => SuspendTenantPayload, {
    nullable: true,
    description:
      'Suspends a tenant. Requests to create or change service accounts in the tenant fail with `TENANT_SUSPENDED`. Its service accounts get no access tokens, and token introspection reports their existing access tokens as inactive. Data can still be read. A change that is in progress may still complete. Requires the role `super_admin`.',
  })
  async suspendTenant(
    @Arg('input', () => SuspendTenantInput, { description: 'The tenant to suspend.' })
    input: SuspendTenantInput,
    @Ctx() context: Context,
  ): Promise<SuspendTenantPayload> {
    const tenant = await changeTenant(context, input.id, 'tenant.suspend', (tenant) => {
      tenant.status = 'suspended';
    });
    return { tenant };
  }
}
