import { createHash } from 'node:crypto';
import type { Pool } from 'pg';
import type { RepeatableAction } from '../audit/actions.js';
import { recordChanges } from '../audit/insert-events.js';
import { type Context, callerOf, tenantIdOf } from '../context.js';
import type { Pepper } from '../crypto.js';
import { open, seal } from '../crypto.js';
import { whyUnavailable } from '../database/database-errors.js';
import { AppError, type ErrorCode } from '../errors.js';
import { publicId } from '../ids.js';
import { type DerivedKeys, deriveKeys } from './derive-keys.js';
import { requestKey } from './request-key.js';
import { findResponse, KeyIsUsed, type StoredColumns, type StoredResponse } from './stored-response.js';

/** The options of the GraphQL argument `idempotencyKey`. */
export const idempotencyKeyOptions = {
  nullable: true,
  description:
    'A key that makes retries safe: 16 to 255 visible ASCII characters, such as a new UUID. For 10 minutes, a request with the same key and input does not repeat the operation and returns the first response again, including a secret. With other input, the request fails with `IDEMPOTENCY_KEY_REUSED`. The `idempotency-key` header has the same effect; if both are given, they must be the same.',
};

interface Operation<Payload> {
  name: RepeatableAction;
  /** The normalized input, which is the same for a request and its retry through any API. */
  input: unknown;
  /**
   * Performs the operation and stores the response in the same transaction.
   * @param store encrypts the secrets of the response
   * @throws KeyIsUsed if a response is already stored under the key
   */
  run(store: (secrets: string) => StoredColumns): Promise<Payload>;
  /** Creates the payload from a stored response and its secrets. */
  restore(response: unknown, secrets: string, stored: StoredResponse): Payload;
  /** Creates the error for a retry if what the first response contains has ended. Defaults to `noLongerValid`. */
  ended?: (() => AppError) | undefined;
}

/**
 * Creates the error for a stored response whose secret is revoked or expired, or whose account is deleted.
 * @param subject what the response contains instead of a secret
 * @param remedy what a request with a new key can do
 */
export const noLongerValid = (subject = 'secret', remedy = 'create another secret') =>
  new AppError('CONFLICT', {
    message: `idempotencyKey: the ${subject} in the first response is no longer valid; use a new key to ${remedy}`,
    details: { field: 'idempotencyKey' },
  });

const nothingStored: StoredColumns = { hashes: null, fingerprint: null, sealedSecrets: null };

/** A stored response may expire between the two statements of an attempt. The operation then runs again. */
const maxAttempts = 3;

/**
 * Runs an operation that creates a secret, or that clients retry in the same way. With an idempotency key, the operation runs only once: for ten minutes, a
 * retry receives the first response, including the secret. Failures are not
 * stored.
 *
 * The operation always runs first. It stores its response in the same transaction, and a unique index determines which
 * request is first. Only if the operation fails does the gateway look for an earlier response. If one exists for the
 * same request, it takes precedence over any other failure, such as a name in use or a tenant at its limit.
 */
export async function idempotent<Payload>(
  pool: Pool,
  peppers: readonly Pepper[],
  context: Context,
  argument: string | null | undefined,
  operation: Operation<Payload>,
): Promise<Payload> {
  const key = requestKey(context, argument);
  if (key === undefined) return operation.run(() => nothingStored);
  const tenantId = tenantIdOf(context);
  const keys = deriveKeys({ caller: callerOf(context), tenantId, operation: operation.name, key }, peppers);
  const hashes = keys.map(({ hash }) => hash);
  const fingerprint = createHash('sha256').update(JSON.stringify(operation.input)).digest();
  for (let attempt = 1; ; attempt++) {
    try {
      return await operation.run((secrets) => ({
        hashes,
        fingerprint,
        sealedSecrets: keys.map(({ hash, seal: key }) => seal(secrets, key, hash)),
      }));
    } catch (error) {
      // Looking for a response would take the same time again, and returning it would take from the same budget. The
      // caller can retry with the same key.
      if (isTemporary(error)) throw error;
      const stored = await findResponse(pool, hashes, fingerprint, tenantId);
      if (stored) return replay(pool, stored, keys, context, operation);
      if (!(error instanceof KeyIsUsed) || attempt === maxAttempts) throw error;
    }
  }
}

const temporary: readonly ErrorCode[] = ['SERVICE_UNAVAILABLE', 'RATE_LIMITED'];

const isTemporary = (error: unknown): boolean =>
  whyUnavailable(error) !== undefined || (error instanceof AppError && temporary.includes(error.code));

/** Returns a stored response again, and adds an audit log entry for each account that it is about. */
async function replay<Payload>(
  pool: Pool,
  stored: StoredResponse,
  keys: DerivedKeys[],
  context: Context,
  { name, restore, ended = noLongerValid }: Operation<Payload>,
): Promise<Payload> {
  if (!stored.matches) throw new AppError('IDEMPOTENCY_KEY_REUSED');
  if (stored.tenantSuspended) throw new AppError('TENANT_SUSPENDED');
  if (stored.liveIds.length === 0) throw ended();
  const derived = keys.find(({ hash }) => hash.equals(stored.hash));
  if (!derived) throw new Error('The stored response has a hash that was not searched for');
  const secrets = open(stored.sealedSecret, derived.seal, derived.hash);
  const payload = restore(stored.response, secrets, stored);
  const action = `${name}.replay` as const;
  const entries = stored.accountIds.map((id) => ({ target: publicId('ServiceAccount', id) }));
  await recordChanges(pool, context, { action, tenantId: tenantIdOf(context) }, entries);
  context.setHeader('idempotency-replayed', 'true');
  return payload;
}
