import { Arg, Ctx, Field, InputType, Int, Mutation, ObjectType, Resolver } from 'type-graphql';
import { z } from 'zod';
import { type Context, tenantIdOf } from '../../platform/context.js';
import { AppError } from '../../platform/errors.js';
import { checkInput } from '../../platform/input-rules.js';
import { changeTenant } from './change-tenant.js';
import { tenantRules } from './tenant.rules.js';
import { TenantType } from './tenant.type.js';

@InputType('SetTenantMaxTokenLifetimeInput', {
  description: 'The input for setting the maximum lifetime of access tokens.',
})
export class SetTenantMaxTokenLifetimeInput {
  @Field(() => Int, {
    nullable: true,
    description:
      'The maximum lifetime of new access tokens in seconds, 60 to 3600. The `tokenLifetimeSeconds` of an account, and `TOKEN_LIFETIME` in the configuration of the gateway, can exceed it: when an access token is issued, the smaller value applies. If null or omitted, the tenant has no maximum.',
  })
  seconds?: number | null;
}

const rules = z.object({ seconds: tenantRules.maxTokenLifetimeSeconds.nullish() });

@ObjectType('SetTenantMaxTokenLifetimePayload', {
  description: 'The result of setting the maximum lifetime of access tokens.',
})
export class SetTenantMaxTokenLifetimePayload {
  @Field(() => TenantType, { description: 'The tenant after the operation.' })
  tenant!: TenantType;
}

@Resolver()
export class SetTenantMaxTokenLifetime {
  @Mutation(() => SetTenantMaxTokenLifetimePayload, {
    nullable: true,
    description:
      'Sets the maximum lifetime of new access tokens in a tenant. Existing access tokens keep their expiry. The `x-tenantid` header names the tenant. Requires the role `tenant_admin` or `super_admin`.',
  })
  async setTenantMaxTokenLifetime(
    @Arg('input', () => SetTenantMaxTokenLifetimeInput, { description: 'The lifetime to set.' })
    input: SetTenantMaxTokenLifetimeInput,
    @Ctx() context: Context,
  ): Promise<SetTenantMaxTokenLifetimePayload> {
    checkInput(rules, input);
    const tenant = await changeTenant(
      context,
      tenantIdOf(context),
      'tenant.set_max_token_lifetime',
      (tenant) => {
        if (tenant.status === 'suspended') throw new AppError('TENANT_SUSPENDED');
        tenant.maxTokenLifetimeSeconds = input.seconds ?? null;
      },
    );
    return { tenant };
  }
}
