import type { EntityManager } from '@mikro-orm/postgresql';
import { run } from '../database/sql.js';
import { violatedConstraint } from '../database/unique-violation.js';
import { KeyIsUsed, type KeyRows } from './answer-once.js';

/**
 * Stores the answer under its idempotency key, if there is one, in the operation's own transaction.
 * @param secretIds of all secrets in it, as they are stored
 * @param answer the payload without its secrets; what is restored is its JSON
 * @throws KeyIsUsed
 */
export async function storeAnswer(
  em: EntityManager,
  { hashes, fingerprint, sealedSecrets }: KeyRows,
  secretIds: string[],
  answer: unknown,
): Promise<void> {
  if (!hashes) return;
  try {
    await run(em, {
      text: `insert into idempotency_key (hash, fingerprint, sealed_secret, secret_id, secret_ids, answer, expires_at)
       select hash, $2, sealed_secret, $4, $5, $6, now() + interval '10 minutes'
       from unnest($1::bytea[], $3::bytea[]) as key (hash, sealed_secret)`,
      values: [hashes, fingerprint, sealedSecrets, secretIds[0], secretIds, JSON.stringify(answer)],
    });
  } catch (error) {
    throw violatedConstraint(error) === 'idempotency_key_pkey' ? new KeyIsUsed() : error;
  }
}
