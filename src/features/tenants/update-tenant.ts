import { Arg, Ctx, Field, InputType, Int, Mutation, ObjectType, Resolver } from 'type-graphql';
import { z } from 'zod';
import type { Context } from '../../platform/context.js';
import { checkInput, compose } from '../../platform/input-rules.js';
import { changeTenant, TenantInput, TenantPayload } from './change-tenant.js';
import { externalIdsRule } from './external-ids/external-id.rules.js';
import { TenantExternalIdInput } from './external-ids/external-id.type.js';
import { setExternalIds } from './external-ids/set-external-ids.js';
import type { Tenant } from './tenant.entity.js';
import { tenantRules, tenantUuid } from './tenant.rules.js';

@InputType('UpdateTenantInput', {
  description: 'The input for updating a tenant. Omitted fields keep their values.',
})
export class UpdateTenantInput extends TenantInput {
  @Field(() => String, {
    nullable: true,
    description: 'The new name of the tenant, 1 to 100 characters. Cannot be null.',
  })
  name?: string | null;

  @Field(() => Int, {
    nullable: true,
    description:
      'The new maximum number of service accounts in the tenant, 0 or more. Cannot be null. The limit can be lower than the current number of accounts. No account can then be created or restored until the number is below the limit.',
  })
  serviceAccountLimit?: number | null;

  @Field(() => Int, {
    nullable: true,
    description:
      'The maximum age of a secret in days, 1 to 3650. An older secret remains valid, but is reported as overdue for rotation. If null, secrets never become overdue.',
  })
  secretMaxAgeDays?: number | null;

  @Field(() => Int, {
    nullable: true,
    description:
      'The maximum lifetime of new access tokens in seconds, 60 to 3600. The `tokenLifetimeSeconds` of an account, and `TOKEN_LIFETIME` in the configuration of the gateway, can exceed it: when an access token is issued, the smaller value applies. If null, the tenant has no maximum.',
  })
  maxTokenLifetimeSeconds?: number | null;

  @Field(() => [TenantExternalIdInput], {
    nullable: true,
    description:
      'The new external IDs of the tenant, up to 50. They replace all existing external IDs, and an empty list removes all. No other tenant may have one of them. Cannot be null.',
  })
  externalIds?: TenantExternalIdInput[] | null;
}

const rulesFor = (realms: readonly string[]) =>
  z.object({
    name: tenantRules.name.optional(),
    serviceAccountLimit: tenantRules.serviceAccountLimit.optional(),
    secretMaxAgeDays: tenantRules.secretMaxAgeDays.nullish(),
    maxTokenLifetimeSeconds: tenantRules.maxTokenLifetimeSeconds.nullish(),
    externalIds: externalIdsRule(realms).optional(),
  });

@ObjectType('UpdateTenantPayload', { description: 'The result of updating a tenant.' })
export class UpdateTenantPayload extends TenantPayload {}

@Resolver()
export class UpdateTenant {
  private readonly rules: ReturnType<typeof rulesFor>;

  /** @param realms the names of the configured realms */
  constructor(realms: readonly string[]) {
    this.rules = rulesFor(realms);
  }

  @Mutation(() => UpdateTenantPayload, {
    nullable: true,
    description:
      'Updates a tenant. The name, the limit of service accounts, the maximum age of secrets, the maximum lifetime of access tokens and the external IDs can be changed. Requires the role `super_admin`.',
  })
  async updateTenant(
    @Arg('input', () => UpdateTenantInput, { description: 'The fields to change.' }) input: UpdateTenantInput,
    @Ctx() context: Context,
  ): Promise<UpdateTenantPayload> {
    const id = tenantUuid(input.id);
    checkInput(this.rules, input);
    const tenant = await changeTenant(context, id, 'tenant.update', async (tenant, em) => {
      assign(tenant, input);
      return input.externalIds ? setExternalIds(em, id, input.externalIds) : undefined;
    });
    return { tenant };
  }
}

function assign(tenant: Tenant, input: UpdateTenantInput): void {
  const { name, serviceAccountLimit, secretMaxAgeDays, maxTokenLifetimeSeconds } = input;
  if (name != null) tenant.name = compose(name, 100);
  if (serviceAccountLimit != null) tenant.serviceAccountLimit = serviceAccountLimit;
  if (secretMaxAgeDays !== undefined) tenant.secretMaxAgeDays = secretMaxAgeDays;
  if (maxTokenLifetimeSeconds !== undefined) tenant.maxTokenLifetimeSeconds = maxTokenLifetimeSeconds;
}
