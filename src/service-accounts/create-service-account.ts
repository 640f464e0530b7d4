import { randomBytes } from 'node:crypto';
import type { Pool } from 'pg';
import { Arg, Ctx, Field, Mutation, ObjectType, Resolver } from 'type-graphql';
import { v7 as uuid } from 'uuid';
import { type Context, callerOf, tenantIdOf } from '../context.js';
import { violatedConstraint } from '../database/unique-violation.js';
import { AppError } from '../errors.js';
import { checkInput } from '../input-rules.js';
import { toTenantType } from '../tenants/tenant.type.js';
import { CreateServiceAccountInput, createServiceAccountRules } from './create-service-account.input.js';
import { nameIsTaken, refusal } from './create-service-account.refusal.js';
import { type Created, insertServiceAccount } from './create-service-account.sql.js';
import { generateSecret, hashSecret, hintOf, type Pepper } from './secret.js';
import { ServiceAccountType } from './service-account.type.js';
import { toServiceAccountType } from './to-service-account-type.js';

@ObjectType('CreateServiceAccountPayload', { description: 'The new account and its first secret.' })
export class CreateServiceAccountPayload {
  @Field(() => ServiceAccountType, { description: 'The account as it was created.' })
  serviceAccount!: ServiceAccountType;

  @Field(() => String, { description: 'The secret. It is shown here, this once, and cannot be read again.' })
  clientSecret!: string;
}

/** One request may find its client id or automatic name taken, or its tenant changed, but hardly this often. */
const attempts = 5;

@Resolver()
export class CreateServiceAccount {
  constructor(
    private readonly pool: Pool,
    private readonly peppers: readonly Pepper[],
  ) {}

  // Nullable, so that a fault in one field of a request does not take the secrets of others along.
  @Mutation(() => CreateServiceAccountPayload, {
    nullable: true,
    description:
      'Creates a service account in the tenant of the x-tenantid header. For tenant_admin and super_admin.',
  })
  async createServiceAccount(
    @Arg('input', () => CreateServiceAccountInput, { nullable: true, description: 'What to create.' })
    input: CreateServiceAccountInput | null,
    @Ctx() context: Context,
  ): Promise<CreateServiceAccountPayload> {
    checkInput(createServiceAccountRules, input ?? {});
    const clientSecret = generateSecret();
    for (let attempt = 0; attempt < attempts; attempt++) {
      const row = await this.insert(input ?? {}, clientSecret, attempt, context);
      if (row?.id) return { serviceAccount: toCreated(row), clientSecret };
      const reason = row && refusal(row);
      if (reason) throw reason;
    }
    throw new AppError('SERVICE_UNAVAILABLE');
  }

  /** Runs the statement once. Undefined: something that the gateway chose was taken. */
  private async insert(
    input: CreateServiceAccountInput,
    clientSecret: string,
    attempt: number,
    context: Context,
  ) {
    const caller = callerOf(context);
    const { hash, pepperVersion } = hashSecret(clientSecret, this.peppers);
    const labels = Object.fromEntries((input.labels ?? []).map(({ key, value }) => [key, value]));
    // biome-ignore format: in the groups and the order of the statement's parameters
    const values = [
      tenantIdOf(context), uuid(), generateClientId(), input.name?.normalize('NFC'), input.description,
      input.owner, JSON.stringify(labels), input.permissions, input.expiresAt,
      caller.realm, caller.id, caller.name, caller.email,
      caller.roles.includes('super_admin'), attempt,
      uuid(), hash, pepperVersion, hintOf(clientSecret),
      uuid(), context.requestId, context.ip, context.userAgent,
    ];
    try {
      const [row] = await insertServiceAccount(this.pool, values);
      return row;
    } catch (error) {
      const constraint = violatedConstraint(error);
      if (constraint === 'service_account_name_unique' && input.name != null) throw nameIsTaken();
      if (constraint === 'service_account_name_unique') return undefined;
      if (constraint === 'service_account_client_id_unique') return undefined;
      throw error;
    }
  }
}

/** 48 random bits tell accounts apart; they protect nothing, the secret does. */
const generateClientId = (): string => `sa_client_${randomBytes(6).toString('hex')}`;

function toCreated(row: Created): ServiceAccountType {
  const tenant = toTenantType({
    id: row.tenantId,
    name: row.tenantName,
    status: 'active',
    serviceAccountLimit: row.tenantLimit,
    serviceAccountCount: row.tenantCount,
  });
  return toServiceAccountType(row, tenant);
}
