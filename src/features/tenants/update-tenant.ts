import { Arg, Ctx, Field, InputType, Int, Mutation, ObjectType, Resolver } from 'type-graphql';
import { z } from 'zod';
import type { Context } from '../../platform/context.js';
import { checkInput, compose } from '../../platform/input-rules.js';
import { changeTenant, TenantInput, TenantPayload } from './change-tenant.js';
import type { Tenant } from './tenant.entity.js';
import { tenantRules, tenantUuid } from './tenant.rules.js';

@InputType('UpdateTenantInput', { description: 'What to change. What is left out stays as it is.' })
export class UpdateTenantInput extends TenantInput {
  @Field(() => String, {
    nullable: true,
    description: 'The name of the customer, 1 to 100 characters. It cannot be emptied.',
  })
  name?: string | null;

  @Field(() => Int, {
    nullable: true,
    description:
      'How many service accounts it may have. It may have more than that already: none are made then until it has fewer.',
  })
  serviceAccountLimit?: number | null;

  @Field(() => Int, {
    nullable: true,
    description: '1 to 3650. Secrets that are older go on, and are overdue. Null: none are.',
  })
  secretMaxAgeDays?: number | null;
}

const rules = z.object({
  name: tenantRules.name.optional(),
  serviceAccountLimit: tenantRules.serviceAccountLimit.optional(),
  secretMaxAgeDays: tenantRules.secretMaxAgeDays.nullish(),
});

@ObjectType('UpdateTenantPayload', { description: 'The tenant after the change.' })
export class UpdateTenantPayload extends TenantPayload {}

@Resolver()
export class UpdateTenant {
  @Mutation(() => UpdateTenantPayload, {
    nullable: true,
    description: 'Changes the name, the limit and the longest life of secrets of a tenant. For super_admin.',
  })
  async updateTenant(
    @Arg('input', () => UpdateTenantInput, { description: 'What to change.' }) input: UpdateTenantInput,
    @Ctx() context: Context,
  ): Promise<UpdateTenantPayload> {
    const id = tenantUuid(input.id);
    checkInput(rules, input);
    return { tenant: await changeTenant(context, id, 'tenant.update', (tenant) => assign(tenant, input)) };
  }
}

function assign(tenant: Tenant, { name, serviceAccountLimit, secretMaxAgeDays }: UpdateTenantInput): void {
  if (name != null) tenant.name = compose(name, 100);
  if (serviceAccountLimit != null) tenant.serviceAccountLimit = serviceAccountLimit;
  if (secretMaxAgeDays !== undefined) tenant.secretMaxAgeDays = secretMaxAgeDays;
}
