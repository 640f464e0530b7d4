import type { Pool } from 'pg';
import { Arg, Ctx, Field, InputType, Mutation, ObjectType, Resolver } from 'type-graphql';
import { actorOf } from '../../../platform/audit/insert-events.js';
import { type Context, tenantIdOf } from '../../../platform/context.js';
import type { Pepper } from '../../../platform/crypto.js';
import { violatedConstraint } from '../../../platform/database/database-errors.js';
import { AppError } from '../../../platform/errors.js';
import {
  idempotencyKeyOptions,
  idempotent,
  noLongerValid,
} from '../../../platform/idempotency/idempotent.js';
import {
  KeyIsUsed,
  restoreDates,
  type StoredColumns,
} from '../../../platform/idempotency/stored-response.js';
import { checkInput } from '../../../platform/input-rules.js';
import { tenantOf } from '../../tenants/joined-tenant.js';
import { inputFields } from '../graphql-fields.js';
import { generateSecret } from '../secrets/secret.js';
import { ServiceAccountType, toServiceAccountType } from '../service-account.type.js';
import { type NormalizedFields, normalizeAll, rulesOf } from '../stored-fields.js';
import { type CreatedRow, creationOf, type TriedRow, type Wanted } from './creation.js';
import { CreationSize } from './creation-size.js';
import { Creations } from './creations.js';
import { whyNotCreated } from './why-not-created.js';

@InputType('CreateServiceAccountInput', {
  description: 'The input for creating a service account. All fields are optional.',
})
export class CreateServiceAccountInput extends inputFields('create') {
  @Field(() => Boolean, {
    nullable: true,
    description:
      'Whether the account is created without a secret, for example because the machine authenticates with a public key. If null or omitted, the account gets a secret.',
  })
  withoutSecret?: boolean | null;
}

const rules = rulesOf('create');

@ObjectType('CreateServiceAccountPayload', { description: 'The result of creating a service account.' })
export class CreateServiceAccountPayload {
  @Field(() => ServiceAccountType, { description: 'The new service account.' })
  serviceAccount!: ServiceAccountType;

  @Field(() => String, {
    nullable: true,
    description:
      'The client secret. Store it securely, because it cannot be retrieved later. Only a retry with the same idempotency key returns it again, within 10 minutes. Null if the account was created `withoutSecret`.',
  })
  clientSecret!: string | null;
}

/**
 * The maximum number of attempts. An attempt fails if its client ID is taken, or if another request takes the name or
 * changes the tenant at the same time.
 */
const maxAttempts = 5;

/**
 * The unique indexes that an attempt violates if another request has just taken the value. The next attempt uses
 * another client ID, and detects a name that is taken.
 */
const contendedIndexes = ['service_account_client_id_unique', 'service_account_name_unique'];

@Resolver()
export class CreateServiceAccount {
  private readonly size = new CreationSize();
  private readonly creations: Creations;

  constructor(
    private readonly pool: Pool,
    private readonly peppers: readonly Pepper[],
  ) {
    this.creations = new Creations(pool);
  }

  // Nullable, so that an error in one field of a request does not null the secrets in the other fields.
  @Mutation(() => CreateServiceAccountPayload, {
    nullable: true,
    description:
      'Creates a service account and its first secret. With `withoutSecret`, the account gets no secret. The account belongs to the tenant named by the `x-tenantid` header. Requires the role `tenant_admin` or `super_admin`.',
  })
  async createServiceAccount(
    @Arg('input', () => CreateServiceAccountInput, {
      nullable: true,
      description: 'The fields of the new service account. All are optional.',
    })
    input: CreateServiceAccountInput | null,
    @Arg('idempotencyKey', () => String, idempotencyKeyOptions)
    idempotencyKey: string | null,
    @Ctx() context: Context,
  ): Promise<CreateServiceAccountPayload> {
    const fields = normalizeAll(input ?? {});
    const withoutSecret = input?.withoutSecret ?? false;
    return idempotent(this.pool, this.peppers, context, idempotencyKey, {
      name: 'service_account.create',
      input: withoutSecret ? { ...fields, withoutSecret } : fields,
      run: (store) => {
        checkInput(rules, input ?? {});
        return this.create(fields, withoutSecret ? null : generateSecret(), store, context);
      },
      restore: (row, secret, { tenantCreatedAt }) =>
        toPayload({ ...restoreDates(row as CreatedRow), tenantCreatedAt }, withoutSecret ? null : secret),
      ended: withoutSecret ? () => noLongerValid('service account', 'create another one') : undefined,
    });
  }

  private async create(
    fields: NormalizedFields,
    clientSecret: string | null,
    store: (secret: string) => StoredColumns,
    context: Context,
  ): Promise<CreateServiceAccountPayload> {
    const spending = { changes: 1, bytes: this.size.of(fields, actorOf(context), clientSecret !== null) };
    await context.budgets.spend(tenantIdOf(context), 'service_account.create', spending);
    const wanted = { fields, clientSecret, stored: store(clientSecret ?? '') };
    for (let attempt = 0; attempt < maxAttempts; attempt++) {
      const row = await this.try(wanted, attempt, context);
      if (row?.id) {
        this.size.learn(fields, row.permissions);
        return toPayload(row, clientSecret);
      }
      if (row?.keyUsed) throw new KeyIsUsed();
      const reason = row && (await whyNotCreated(row, fields, context));
      if (reason) throw reason;
    }
    throw new AppError('SERVICE_UNAVAILABLE');
  }

  /** Tries once. @returns undefined if the attempt violates one of the `contendedIndexes` */
  private async try(wanted: Wanted, attempt: number, context: Context): Promise<TriedRow | undefined> {
    try {
      return await this.creations.create(creationOf(wanted, attempt, this.peppers, context));
    } catch (error) {
      const constraint = violatedConstraint(error);
      if (constraint === 'idempotency_key_pkey') throw new KeyIsUsed();
      if (constraint && contendedIndexes.includes(constraint)) return undefined;
      throw error;
    }
  }
}

function toPayload(row: CreatedRow, clientSecret: string | null): CreateServiceAccountPayload {
  // Earlier versions stored responses without the status of the tenant, which was active because the account was
  // created.
  const tenant = tenantOf({ ...row, tenantStatus: 'active' });
  return { serviceAccount: toServiceAccountType(row, tenant), clientSecret };
}
