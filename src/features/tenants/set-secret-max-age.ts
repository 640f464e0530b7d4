import { Arg, Ctx, Field, InputType, Int, Mutation, ObjectType, Resolver } from 'type-graphql';
import { z } from 'zod';
import { type Context, tenantIdOf } from '../../platform/context.js';
import { AppError } from '../../platform/errors.js';
import { checkInput } from '../../platform/input-rules.js';
import { changeTenant } from './change-tenant.js';
import { tenantRules } from './tenant.rules.js';
import { TenantType } from './tenant.type.js';

@InputType('SetTenantSecretMaxAgeInput', {
  description: 'The input for setting the maximum age of secrets.',
})
export class SetTenantSecretMaxAgeInput {
  @Field(() => Int, {
    nullable: true,
    description:
      'The maximum age of a secret in days, 1 to 3650. An older secret remains valid, but is reported as overdue for rotation. If null or omitted, secrets never become overdue.',
  })
  days?: number | null;
}

const rules = z.object({ days: tenantRules.secretMaxAgeDays.nullish() });

@ObjectType('SetTenantSecretMaxAgePayload', {
  description: 'The result of setting the maximum age of secrets.',
})
export class SetTenantSecretMaxAgePayload {
  @Field(() => TenantType, { description: 'The tenant after the operation.' })
  tenant!: TenantType;
}

@Resolver()
export class SetTenantSecretMaxAge {
  @Mutation(() => SetTenantSecretMaxAgePayload, {
    nullable: true,
    description:
      'Sets the maximum age of secrets in a tenant. Older secrets remain valid, but are reported as overdue for rotation. The `x-tenantid` header names the tenant. Requires the role `tenant_admin` or `super_admin`.',
  })
  async setTenantSecretMaxAge(
    @Arg('input', () => SetTenantSecretMaxAgeInput, { description: 'The age to set.' })
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
