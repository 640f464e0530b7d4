import type { Pool } from 'pg';
import { Arg, Ctx, Field, InputType, Mutation, ObjectType, Resolver } from 'type-graphql';
import { v7 as uuid } from 'uuid';
import { actorOf } from '../../platform/audit/insert-events.js';
import { isSuperAdmin } from '../../platform/auth/caller.js';
import { type Context, callerOf, tenantIdOf } from '../../platform/context.js';
import type { Pepper } from '../../platform/crypto.js';
import { violatedConstraint } from '../../platform/database/database-errors.js';
import { AppError } from '../../platform/errors.js';
import { idempotencyKeyOptions, idempotent, noLongerValid } from '../../platform/idempotency/idempotent.js';
import { KeyIsUsed, restoreDates, type StoredColumns } from '../../platform/idempotency/stored-response.js';
import { checkInput } from '../../platform/input-rules.js';
import { tenantOf } from '../tenants/joined-tenant.js';
import { tenantNotFoundError } from '../tenants/tenant.rules.js';
import { generateClientId } from './client-id.js';
import type { CreatedRow, Findings } from './create-service-account.sql.js';
import { CreationSize } from './creation-size.js';
import { Creations } from './creations.js';
import { inputFields } from './graphql-fields.js';
import { findNameTaken } from './namesake.js';
import { generateSecret, hashSecret, hintOf } from './secrets/secret.js';
import { restrictedPermissionsError, unknownPermissionsError } from './service-account.errors.js';
import { ServiceAccountType, toServiceAccountType } from './service-account.type.js';
import { type NormalizedFields, normalizeAll, rulesOf, toColumns } from './stored-fields.js';

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
    const stored = store(clientSecret ?? '');
    for (let attempt = 0; attempt < maxAttempts; attempt++) {
      const row = await this.insert(fields, clientSecret, stored, attempt, context);
      if (row?.id) {
        this.size.learn(fields, row.permissions);
        return toPayload(row, clientSecret);
      }
      if (row?.keyUsed) throw new KeyIsUsed();
      const reason = row && (await reasonOf(row, fields, context));
      if (reason) throw reason;
    }
    throw new AppError('SERVICE_UNAVAILABLE');
  }

  /** Runs the statement once. @returns undefined if the attempt violates one of the `contendedIndexes` */
  private async insert(
    fields: NormalizedFields,
    clientSecret: string | null,
    { hashes, fingerprint, sealedSecrets }: StoredColumns,
    attempt: number,
    context: Context,
  ) {
    const tenantId = tenantIdOf(context);
    const values = {
      tenant_id: tenantId,
      id: uuid(),
      client_id: generateClientId(),
      ...toColumns(fields),
      actor: actorOf(context),
      may_grant_restricted: isSuperAdmin(callerOf(context)),
      skipped_names: attempt,
      ...(clientSecret !== null && secretValues(clientSecret, this.peppers)),
      event_id: uuid(),
      key_hashes: hashes?.map(toHex),
      fingerprint: fingerprint && toHex(fingerprint),
      sealed_secrets: sealedSecrets?.map(toHex),
    };
    const name = fields.name === null ? [] : [`${tenantId} ${String(fields.name).toLowerCase()}`];
    try {
      const row = await this.creations.create({
        tenantId,
        values,
        unique: [...name, ...(values.key_hashes ?? [])],
      });
      return row;
    } catch (error) {
      const constraint = violatedConstraint(error);
      if (constraint === 'idempotency_key_pkey') throw new KeyIsUsed();
      if (constraint && contendedIndexes.includes(constraint)) return undefined;
      throw error;
    }
  }
}

function secretValues(clientSecret: string, peppers: readonly Pepper[]) {
  const { hash, pepperVersion } = hashSecret(clientSecret, peppers);
  return { secret_id: uuid(), hash: toHex(hash), pepper_version: pepperVersion, hint: hintOf(clientSecret) };
}

/** Returns bytes in PostgreSQL's hex format for `bytea`, because JSON has no bytes. */
const toHex = (bytes: Buffer): string => `\\x${bytes.toString('hex')}`;

/**
 * Returns the reason why the statement created nothing. The order of the checks is that of the documented request.
 * Returns undefined if the statement found no reason, for example because the tenant changed while the statement waited
 * for its row.
 */
async function reasonOf(
  findings: Findings,
  fields: NormalizedFields,
  context: Context,
): Promise<AppError | undefined> {
  const { foundStatus, limit, count } = findings;
  if (foundStatus === null) return tenantNotFoundError();
  if (foundStatus === 'suspended') return new AppError('TENANT_SUSPENDED');
  if (findings.unknownPermissions.length > 0) return unknownPermissionsError(findings.unknownPermissions);
  if (findings.restrictedPermissions.length > 0)
    return restrictedPermissionsError(findings.restrictedPermissions);
  if (findings.nameTaken) return findNameTaken(context, fields);
  if (count >= limit) return new AppError('LIMIT_REACHED', { details: { limit, count } });
  return undefined;
}

function toPayload(row: CreatedRow, clientSecret: string | null): CreateServiceAccountPayload {
  // Earlier versions stored responses without the status of the tenant, which was active because the account was
  // created.
  const tenant = tenantOf({ ...row, tenantStatus: 'active' });
  return { serviceAccount: toServiceAccountType(row, tenant), clientSecret };
}
