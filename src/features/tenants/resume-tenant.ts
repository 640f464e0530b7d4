import { Arg, Ctx, InputType, Mutation, ObjectType, Resolver } from 'type-graphql';
import type { Context } from '../../platform/context.js';
import { changeTenant, TenantInput, TenantPayload } from './change-tenant.js';

@InputType('ResumeTenantInput', { description: 'The input for resuming a suspended tenant.' })
export class ResumeTenantInput extends TenantInput {}

@ObjectType('ResumeTenantPayload', { description: 'The result of resuming a suspended tenant.' })
export class ResumeTenantPayload extends TenantPayload {}

@Resolver()
export class ResumeTenant {
  @Mutation(() => ResumeTenantPayload, {
    nullable: true,
    description:
      'Resumes a suspended tenant. Its service accounts can be changed and can get access tokens again. Access tokens that have not expired become active again. Requires the role `super_admin`.',
  })
  async resumeTenant(
    @Arg('input', () => ResumeTenantInput, { description: 'The tenant to resume.' }) input: ResumeTenantInput,
    @Ctx() context: Context,
  ): Promise<ResumeTenantPayload> {
    const tenant = await changeTenant(context, input.id, 'tenant.resume', (tenant) => {
      tenant.status = 'active';
    });
    return { tenant };
  }
}
