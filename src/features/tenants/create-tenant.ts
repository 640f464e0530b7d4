import type { EntityManager } from '@mikro-orm/postgresql';
import { Arg, Ctx, Field, ID, InputType, Int, Mutation, ObjectType, Resolver } from 'type-graphql';
import { v7 as uuid } from 'uuid';
import { z } from 'zod';
import { recordChange } from '../../platform/audit/insert-events.js';
import type { Context } from '../../platform/context.js';
import { violatedConstraint } from '../../platform/database/database-errors.js';
import { AppError, invalidField } from '../../platform/errors.js';
import { isUuid } from '../../platform/ids.js';
import { checkInput, compose } from '../../platform/input-rules.js';
import { externalIdsRule } from './external-ids/external-id.rules.js';
import { TenantExternalIdInput } from './external-ids/external-id.type.js';
import { setExternalIds } from './external-ids/set-external-ids.js';
import { Tenant } from './tenant.entity.js';
import { tenantRules } from './tenant.rules.js';
import { TenantType, toTenantType } from './tenant.type.js';

@InputType('CreateTenantInput', { description: 'The input for creating a tenant.' })
export class CreateTenantInput {
  @Field(() => ID, {
    nullable: true,
    description:
      'The ID of the tenant, a UUID. Defaults to a random UUID. If you set the ID, a retry cannot create a second tenant: it fails with `CONFLICT`.',
  })
  id?: string | null;

  @Field(() => String, { description: 'The name of the tenant, 1 to 100 characters.' })
  name!: string;

  @Field(() => Int, {
    nullable: true,
    description:
      'The maximum number of service accounts in the tenant, 0 or more. Defaults to `SERVICE_ACCOUNT_LIMIT` in the configuration of the gateway.',
  })
  serviceAccountLimit?: number | null;

  @Field(() => [TenantExternalIdInput], {
    nullable: true,
    description:
      'The external IDs of the tenant, up to 50. No other tenant may have one of them. If null or omitted, the tenant has none.',
  })
  externalIds?: TenantExternalIdInput[] | null;
}

const rulesFor = (realms: readonly string[]) =>
  z.object({
    id: z.string().refine(isUuid, 'must be a UUID').nullish(),
    name: tenantRules.name,
    serviceAccountLimit: tenantRules.serviceAccountLimit.nullish(),
    externalIds: externalIdsRule(realms).nullish(),
  });

@ObjectType('CreateTenantPayload', { description: 'The result of creating a tenant.' })
export class CreateTenantPayload {
  @Field(() => TenantType, { description: 'The new tenant.' })
  tenant!: TenantType;
}

@Resolver()
export class CreateTenant {
  private readonly rules: ReturnType<typeof rulesFor>;

  /** @param realms the names of the configured realms */
  constructor(
    private readonly defaultLimit: number,
    realms: readonly string[],
  ) {
    this.rules = rulesFor(realms);
  }

  @Mutation(() => CreateTenantPayload, {
    nullable: true,
    description: 'Creates a tenant. Requires the role `super_admin`.',
  })
  async createTenant(
    @Arg('input', () => CreateTenantInput, { description: 'The tenant to create.' }) input: CreateTenantInput,
    @Ctx() context: Context,
  ): Promise<CreateTenantPayload> {
    checkInput(this.rules, input);
    // A caller that sends an idempotency key relies on it, so the key must not be ignored.
    if (context.takeIdempotencyKey() !== undefined) {
      throw invalidField(
        'idempotency-key',
        'is not supported by createTenant; set the id of the tenant instead: a retry then fails with CONFLICT and creates no second tenant',
      );
    }
    const tenant = await context.query((root) => root.transactional((em) => this.insert(em, input, context)));
    return { tenant };
  }

  private async insert(em: EntityManager, input: CreateTenantInput, context: Context): Promise<TenantType> {
    const tenant = em.create(Tenant, {
      id: input.id?.toLowerCase() ?? uuid(),
      name: compose(input.name, 100),
      serviceAccountLimit: input.serviceAccountLimit ?? this.defaultLimit,
    });
    try {
      await em.persist(tenant).flush();
    } catch (error) {
      if (violatedConstraint(error) === 'tenant_pkey') {
        throw new AppError('CONFLICT', {
          message: 'id: a tenant with this ID already exists',
          details: { field: 'id' },
        });
      }
      throw error;
    }
    const { id, name, serviceAccountLimit } = tenant;
    const externalIds = input.externalIds?.length
      ? (await setExternalIds(em, id, input.externalIds)).after.externalIds
      : [];
    const after = { name, serviceAccountLimit, externalIds };
    const entry = { action: 'tenant.create', tenantId: id, payer: null, target: id, after } as const;
    await recordChange(em, context, entry);
    return { ...toTenantType(tenant), externalIds };
  }
}
