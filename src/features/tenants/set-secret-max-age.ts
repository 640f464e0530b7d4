import { Arg, Ctx, Field, InputType, Int, Mutation, ObjectType, Resolver } from 'type-graphql';
import { z } from 'zod';
import { type Context, tenantIdOf } from '../../platform/context.js';
import { AppError } from '../../platform/errors.js';
import { checkInput } from '../../platform/input-rules.js';
import { changeTenant } from './change-tenant.js';
import { tenantRules } from './tenant.rules.js';
import { TenantType } from './tenant.type.js';

@InputType('SetTenantSecretMaxAgeInput', { description: 'How old secrets may become.' })
export class SetTenantSecretMaxAgeInput {
  @Field(() => Int, {
    nullable: true,
    description: '1 to 3650. Secrets that are older go on, and are overdue. Null, or left out: none are.',
  })
  days?: number | null;
}

const rules = z.object({ days: tenantRules.secretMaxAgeDays.nullish() });

@ObjectType('SetTenantSecretMaxAgePayload', { description: 'The tenant after the change.' })
export class SetTenantSecretMaxAgePayload {
  @Field(() => TenantType, { description: 'The tenant.' })
  tenant!: TenantType;
}

@Resolver()
export class SetTenantSecretMaxAge {
  @Mutation(() => SetTenantSecretMaxAgePayload, {
    nullable: true,
    description:
      'Sets the longest life of secrets in the tenant of the x-tenantid header. For tenant_admin and super_admin.',
  })
  async setTenantSecretMaxAge(
    @Arg('input', () => SetTenantSecretMaxAgeInput, { description: 'How old.' })
    input: SetTenantSecretMaxAgeInput,
    @Ctx() context: Context,
  ): Promise<SetTenantSecretMaxAgePayload> {
    checkInput(rules, input);
    const tenant = await changeTenant(context, tenantIdOf(context), 'tenant.set_secret_max_age', (tenant) => {
      if (tenant.status === 'suspended') throw new AppError('TENANT_SUSPENDED');
      tenant.secretMaxAgeDays = input.days ?? null;
    });
    return { tenant };
  }
}
