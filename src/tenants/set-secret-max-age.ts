import { LockMode } from '@mikro-orm/core';
import { Arg, Ctx, Field, InputType, Int, Mutation, ObjectType, Resolver } from 'type-graphql';
import { z } from 'zod';
import { recordChange } from '../audit/record.js';
import { type Context, tenantIdOf } from '../context.js';
import { AppError } from '../errors.js';
import { checkInput } from '../input-rules.js';
import { Tenant } from './tenant.entity.js';
import { noTenant } from './tenant.errors.js';
import { tenantRules } from './tenant.rules.js';
import { TenantType, toTenantType } from './tenant.type.js';

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
    const secretMaxAgeDays = input.days ?? null;
    const id = tenantIdOf(context);
    const tenant = await context.query((root) =>
      root.transactional(async (em) => {
        const found = await em.findOne(Tenant, id, { lockMode: LockMode.PESSIMISTIC_WRITE });
        if (!found) throw noTenant();
        if (found.status === 'suspended') throw new AppError('TENANT_SUSPENDED');
        const before = { secretMaxAgeDays: found.secretMaxAgeDays ?? null };
        if (before.secretMaxAgeDays === secretMaxAgeDays) return found;
        found.secretMaxAgeDays = secretMaxAgeDays;
        const after = { secretMaxAgeDays };
        await recordChange(em, context, {
          action: 'tenant.set_secret_max_age',
          tenantId: id,
          target: id,
          before,
          after,
        });
        await em.flush();
        return found;
      }),
    );
    return { tenant: toTenantType(tenant) };
  }
}
