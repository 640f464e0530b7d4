import { randomBytes } from 'node:crypto';
import type { Pool } from 'pg';
import { Arg, Ctx, Mutation, Resolver } from 'type-graphql';
import { v7 as uuid } from 'uuid';
import { type Context, callerOf, tenantIdOf } from '../../platform/context.js';
import type { Lanes } from '../../platform/database/lanes.js';
import { violatedConstraint } from '../../platform/database/unique-violation.js';
import { AppError } from '../../platform/errors.js';
import { answerOnce, KeyIsUsed, type KeyRows } from '../../platform/idempotency/answer-once.js';
import { idempotencyKeyOptions } from '../../platform/idempotency/argument.js';
import { checkInput } from '../../platform/input-rules.js';
import type { Pepper } from '../../platform/pepper.js';
import {
  CreateServiceAccountInput,
  createServiceAccountRules,
  normalise,
  type Wanted,
} from './create-service-account.input.js';
import { CreateServiceAccountPayload, restorePayload, toPayload } from './create-service-account.payload.js';
import { refusal } from './create-service-account.refusal.js';
import { insertServiceAccount } from './create-service-account.sql.js';
import { generateSecret, hashSecret, hintOf } from './secrets/secret.js';

/** One request may find its client id or name taken meanwhile, or its tenant changed, but hardly this often. */
const attempts = 5;

/** The unique indexes that others may be first at. The next attempt chooses anew, or sees why there is no other. */
const contended = ['service_account_client_id_unique', 'service_account_name_unique'];

@Resolver()
export class CreateServiceAccount {
  constructor(
    private readonly pool: Pool,
    private readonly tenantLanes: Lanes,
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
    @Arg('idempotencyKey', () => String, idempotencyKeyOptions)
    idempotencyKey: string | null,
    @Ctx() context: Context,
  ): Promise<CreateServiceAccountPayload> {
    const wanted = normalise(input ?? {});
    return answerOnce(this.pool, this.peppers, context, idempotencyKey, {
      name: 'service_account.create',
      asked: wanted,
      run: (rowsFor) => {
        checkInput(createServiceAccountRules, input ?? {});
        return this.create(wanted, rowsFor, context);
      },
      restore: restorePayload,
    });
  }

  private async create(
    wanted: Wanted,
    rowsFor: (secret: string) => KeyRows,
    context: Context,
  ): Promise<CreateServiceAccountPayload> {
    const clientSecret = generateSecret();
    const keyRows = rowsFor(clientSecret);
    for (let attempt = 0; attempt < attempts; attempt++) {
      const row = await this.insert(wanted, clientSecret, keyRows, attempt, context);
      if (row?.id) return toPayload(row, clientSecret);
      if (row?.keyUsed) throw new KeyIsUsed();
      const reason = row && refusal(row);
      if (reason) throw reason;
    }
    throw new AppError('SERVICE_UNAVAILABLE');
  }

  /** Runs the statement once. Undefined: something was taken by the time that it was inserted. */
  private async insert(
    wanted: Wanted,
    clientSecret: string,
    { hashes, fingerprint, sealedSecrets }: KeyRows,
    attempt: number,
    context: Context,
  ) {
    const caller = callerOf(context);
    const { hash, pepperVersion } = hashSecret(clientSecret, this.peppers);
    // biome-ignore format: in the groups and the order of the statement's parameters
    const values = [
      tenantIdOf(context), uuid(), generateClientId(), wanted.name, wanted.description,
      wanted.owner, JSON.stringify(Object.fromEntries(wanted.labels)), wanted.permissions, wanted.expiresAt,
      caller.realm, caller.id, caller.name, caller.email,
      caller.roles.includes('super_admin'), attempt,
      uuid(), hash, pepperVersion, hintOf(clientSecret),
      uuid(), context.requestId, context.ip, context.userAgent,
      hashes, fingerprint, sealedSecrets,
    ];
    try {
      const [row] = await this.tenantLanes.run(tenantIdOf(context), () =>
        insertServiceAccount(this.pool, values),
      );
      return row;
    } catch (error) {
      const constraint = violatedConstraint(error);
      if (constraint === 'idempotency_key_pkey') throw new KeyIsUsed();
      if (constraint && contended.includes(constraint)) return undefined;
      throw error;
    }
  }
}

/** 48 random bits tell accounts apart; they protect nothing, the secret does. */
const generateClientId = (): string => `sa_client_${randomBytes(6).toString('hex')}`;
