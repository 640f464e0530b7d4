import { Arg, Ctx, InputType, Mutation, ObjectType, Resolver } from 'type-graphql';
import type { Context } from '../../platform/context.js';
import { changeTenant, TenantInput, TenantPayload } from './change-tenant.js';

@InputType('ResumeTenantInput', { description: 'Which tenant.' })
export class ResumeTenantInput extends TenantInput {}

@ObjectType('ResumeTenantPayload', { description: 'The tenant after the change.' })
export class ResumeTenantPayload extends TenantPayload {}

@Resolver()
export class ResumeTenant {
  @Mutation(() => ResumeTenantPayload, {
    nullable: true,
    description: 'Lets a suspended tenant be changed again. For super_admin.',
  })
  async resumeTenant(
    @Arg('input', () => ResumeTenantInput, { description: 'Which tenant.' }) input: ResumeTenantInput,
    @Ctx() context: Context,
  ): Promise<ResumeTenantPayload> {
    const tenant = await changeTenant(context, input.id, 'tenant.resume', (tenant) => {
      tenant.status = 'active';
    });
    return { tenant };
  }
}
