import { createHash } from 'node:crypto';
import type { Pool } from 'pg';
import type { AuditAction } from '../audit/actions.js';
import { type Context, callerOf, tenantIdOf } from '../context.js';
import { whyUnavailable } from '../database/unavailable.js';
import { AppError } from '../errors.js';
import type { Pepper } from '../pepper.js';
import { open, seal } from '../sealing.js';
import { type DerivedKeys, deriveKeys } from './derive-keys.js';
import { type FirstAnswer, findFirstAnswer } from './first-answer.sql.js';
import { requestKey } from './request-key.js';

/** What an operation stores in its own transaction, a row for each pepper; all null without a key. */
export interface KeyRows {
  hashes: Buffer[] | null;
  fingerprint: Buffer | null;
  sealedSecrets: Buffer[] | null;
}

interface Operation<Payload> {
  name: AuditAction;
  /** What was asked for, in the same form whichever door it came through and however it was written. */
  asked: unknown;
  /**
   * Does it, and stores the rows with it.
   * @throws KeyIsUsed when the key has a row
   */
  run(rowsFor: (secrets: string) => KeyRows): Promise<Payload>;
  /** Makes the payload out of what was stored as `answer`, and what was sealed. */
  restore(answer: unknown, secrets: string, first: FirstAnswer): Payload;
}

/** The idempotency key has a row already: its answer is the one to give. */
export class KeyIsUsed extends AppError {
  constructor() {
    super('CONFLICT', { message: 'The idempotency key is being used' });
  }
}

/** What the key stands for has been revoked, has ended, or was its account's that is deleted. */
export const noLongerValid = () =>
  new AppError('CONFLICT', {
    message: 'idempotencyKey: the secret that it stands for is no longer valid',
    details: { field: 'idempotencyKey' },
  });

const noRows: KeyRows = { hashes: null, fingerprint: null, sealedSecrets: null };

/** Once more where the row had expired, or has expired between the two statements. */
const attempts = 3;

/**
 * Runs an operation that makes a secret; under an idempotency key, once only. A retry gets the first answer for
 * ten minutes, secret included. Failures are not stored.
 *
 * It runs first and looks for an earlier answer only when it fails: the row is inserted in the operation's own
 * transaction, so that its unique index, and no look-up before, decides who is first. Whatever the reason of the
 * failure (a name that is taken, a full tenant), an earlier answer to the same request goes before it.
 */
export async function answerOnce<Payload>(
  pool: Pool,
  peppers: readonly Pepper[],
  context: Context,
  argument: string | null | undefined,
  operation: Operation<Payload>,
): Promise<Payload> {
  const key = requestKey(context, argument);
  if (key === undefined) return operation.run(() => noRows);
  const scope = { caller: callerOf(context), tenantId: tenantIdOf(context), operation: operation.name, key };
  const keys = deriveKeys(scope, peppers);
  const fingerprint = createHash('sha256').update(JSON.stringify(operation.asked)).digest();
  for (let attempt = 1; ; attempt++) {
    try {
      return await operation.run((secrets) => ({
        hashes: keys.map(({ hash }) => hash),
        fingerprint,
        sealedSecrets: keys.map(({ hash, seal: key }) => seal(secrets, key, hash)),
      }));
    } catch (error) {
      // A database that is away or busy is not asked again: its caller is told so in time, and finds out with its key.
      if (isUnavailable(error)) throw error;
      const first = await lookUp(pool, context, operation.name, keys, fingerprint);
      if (first) return replay(first, keys, context, operation);
      if (!(error instanceof KeyIsUsed) || attempt === attempts) throw error;
    }
  }
}

const isUnavailable = (error: unknown): boolean =>
  whyUnavailable(error) !== undefined || (error instanceof AppError && error.code === 'SERVICE_UNAVAILABLE');

async function lookUp(
  pool: Pool,
  context: Context,
  operation: AuditAction,
  keys: DerivedKeys[],
  fingerprint: Buffer,
): Promise<FirstAnswer | undefined> {
  const { realm, id, name, email } = callerOf(context);
  // biome-ignore format: in the groups and the order of the statement's parameters
  const values = [
    keys.map(({ hash }) => hash), fingerprint,
    tenantIdOf(context), realm, id, name, email, `${operation}.replay`,
    context.requestId, context.ip, context.userAgent,
  ];
  const [first] = await findFirstAnswer(pool, values);
  return first;
}

function replay<Payload>(
  first: FirstAnswer,
  keys: DerivedKeys[],
  context: Context,
  { restore }: Operation<Payload>,
): Payload {
  if (!first.matches) throw new AppError('IDEMPOTENCY_KEY_REUSED');
  if (first.tenantSuspended) throw new AppError('TENANT_SUSPENDED');
  if (first.alive.length === 0) throw noLongerValid();
  const derived = keys.find(({ hash }) => hash.equals(first.hash));
  if (!derived) throw new Error('an answer was found under a hash that was not asked for');
  const payload = restore(first.answer, open(first.sealedSecret, derived.seal, derived.hash), first);
  context.setHeader('idempotency-replayed', 'true');
  return payload;
}
