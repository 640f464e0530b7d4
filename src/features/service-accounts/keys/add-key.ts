import type { Pool } from 'pg';
import { Arg, Ctx, Field, InputType, Mutation, ObjectType, Resolver } from 'type-graphql';
import { v7 as uuid } from 'uuid';
import { z } from 'zod';
import { recordChange } from '../../../platform/audit/insert-events.js';
import type { Context } from '../../../platform/context.js';
import type { Pepper } from '../../../platform/crypto.js';
import { run } from '../../../platform/database/sql.js';
import {
  idempotencyKeyOptions,
  idempotent,
  noLongerValid,
} from '../../../platform/idempotency/idempotent.js';
import {
  restoreDates,
  type StoredColumns,
  storeResponse,
} from '../../../platform/idempotency/stored-response.js';
import { publicId } from '../../../platform/ids.js';
import { checkInput } from '../../../platform/input-rules.js';
import { toTenantType } from '../../tenants/tenant.type.js';
import { accountFields } from '../fields.js';
import { type LockedAccount, requireNotDeleted, withAccount } from '../locked-accounts.js';
import { AccountInput } from '../payloads.js';
import { type Existing, requireRoom } from '../require-room.js';
import { toServiceAccountType } from '../service-account.type.js';
import { type PublicKey, readPublicKey } from './public-key.js';
import type { KeyRow } from './service-account-key.entity.js';
import { KeyPayload, toKeyType } from './service-account-key.type.js';
import { auditedKey, isLiveSql, keyColumns, maxKeys } from './stored-keys.js';

@InputType('AddServiceAccountKeyInput', {
  description: 'The input for adding a public key to a service account.',
})
export class AddServiceAccountKeyInput extends AccountInput {
  @Field(() => String, {
    description:
      'The public key: a JWK (RFC 7517) as JSON text, or PEM that begins with `-----BEGIN PUBLIC KEY-----`, up to 8192 bytes. Allowed are EC keys with the curve P-256 (`ES256`) or P-384 (`ES384`), Ed25519 keys (`EdDSA`), and RSA keys of 2048 to 4096 bits with the exponent 65537 (`RS256` and `PS256`, or only the `alg` of the JWK). Never send a private key.',
  })
  publicKey!: string;

  @Field(() => Date, {
    nullable: true,
    description:
      'The time when the key expires. Must be in the future. If null or omitted, the key does not expire.',
  })
  expiresAt?: Date | null;
}

const rules = z.object({ expiresAt: accountFields.expiresAt.rule.nullish() });

@ObjectType('AddServiceAccountKeyPayload', {
  description: 'The result of adding a public key to a service account.',
})
export class AddServiceAccountKeyPayload extends KeyPayload {}

@Resolver()
export class AddServiceAccountKey {
  constructor(
    private readonly pool: Pool,
    private readonly peppers: readonly Pepper[],
  ) {}

  @Mutation(() => AddServiceAccountKeyPayload, {
    nullable: true,
    description:
      'Adds a public key to a service account. The machine then authenticates with an assertion that it signs with the private key, instead of a secret (`private_key_jwt`, RFC 7523). Existing keys and secrets remain valid. Fails with `CONFLICT` if the account already has this key, or five keys that have not expired. Requires the role `tenant_admin` or `super_admin`.',
  })
  addServiceAccountKey(
    @Arg('input', () => AddServiceAccountKeyInput, {
      description: 'The service account, the public key, and its expiry.',
    })
    input: AddServiceAccountKeyInput,
    @Arg('idempotencyKey', () => String, idempotencyKeyOptions)
    idempotencyKey: string | null,
    @Ctx() context: Context,
  ): Promise<AddServiceAccountKeyPayload> {
    const { id, publicKey: text, expiresAt = null } = input;
    return idempotent(this.pool, this.peppers, context, idempotencyKey, {
      name: 'service_account.add_key',
      input: { id, publicKey: text, expiresAt },
      run: async (store) => {
        const publicKey = await readPublicKey(text);
        checkInput(rules, input);
        return withAccount(context, id, (locked) => add(locked, publicKey, expiresAt, store, context));
      },
      restore: (json) => fromJson(json as AddServiceAccountKeyPayload),
      ended: () => noLongerValid('public key', 'add it again'),
    });
  }
}

/** Adds a key to a locked account, records it, and stores the response for retries. @throws AppError CONFLICT */
async function add(
  { em, account, tenant, at }: LockedAccount,
  publicKey: PublicKey,
  expiresAt: Date | null,
  store: (secrets: string) => StoredColumns,
  context: Context,
): Promise<AddServiceAccountKeyPayload> {
  requireNotDeleted(account);
  const { kid, thumbprint, algorithms, jwk } = publicKey;
  const [found] = await run<Existing>(em, { text: findSql, values: [account.id, thumbprint] });
  if (found) requireRoom(found, kind);
  const [key] = await run<KeyRow>(em, {
    text: insertSql,
    values: [uuid(), account.id, kid, thumbprint, algorithms, JSON.stringify(jwk), expiresAt],
  });
  if (!key) throw new Error('No key was stored');
  await recordChange(em, context, {
    action: 'service_account.add_key',
    tenantId: tenant.id,
    target: publicId('ServiceAccount', account.id),
    at,
    after: auditedKey(key),
  });
  const serviceAccount = toServiceAccountType(account, toTenantType(tenant));
  const payload = { serviceAccount, key: toKeyType(key) };
  // The response contains no secret, so there is nothing to seal.
  await storeResponse(em, store(''), [key.id], payload);
  return payload;
}

const kind = { type: 'ServiceAccountKey', noun: 'key', field: 'publicKey', max: maxKeys } as const;

/** Reads the keys of an account whose row is locked, so that no other request adds one in the meantime. */
const findSql = `
  select
    (array_agg(key.id) filter (where key.thumbprint = $2))[1] as "sameId",
    count(*) filter (where ${isLiveSql})::integer as count
  from service_account_key key where key.service_account_id = $1`;

const insertSql = `
  insert into service_account_key as key (
    id, service_account_id, kid, thumbprint, algorithms, public_key, expires_at, created_at
  )
  values ($1, $2, $3, $4, $5, $6, $7, date_trunc('milliseconds', statement_timestamp()))
  returning ${keyColumns}`;

/** Creates the payload from a stored response. */
const fromJson = ({ serviceAccount, key }: AddServiceAccountKeyPayload): AddServiceAccountKeyPayload => ({
  serviceAccount: { ...restoreDates(serviceAccount), tenant: restoreDates(serviceAccount.tenant) },
  key: restoreDates(key),
});
