import { v7 as uuid } from 'uuid';
import { runStatement } from '../../database/statement.js';
import { AppError } from '../../errors.js';
import type { Pepper } from '../../pepper.js';
import type { Locked } from '../locked-account.js';
import { isLive } from './live.sql.js';
import { hashSecret, hintOf } from './secret.js';
import type { SecretFields } from './service-account-secret.type.js';

/** How many secrets may let an account in at the same time. */
export const mostSecrets = 5;

/**
 * Adds a secret to an account.
 * @throws AppError CONFLICT for one that has enough of them
 */
export async function addSecret(
  { em, account }: Locked,
  peppers: readonly Pepper[],
  clientSecret: string,
  expiresAt: Date | null = null,
): Promise<SecretFields> {
  const [live] = await runStatement<{ count: number }>(
    em,
    `select count(*)::integer as count from service_account_secret secret
     where service_account_id = $1 and ${isLive}`,
    [account.id],
  );
  const count = live?.count ?? 0;
  if (count >= mostSecrets) {
    throw new AppError('CONFLICT', {
      message:
        `secrets: the service account has ${count} live ones, and may have ${mostSecrets}: ` +
        'revoke one first, or rotate with overlapSeconds 0',
      details: { field: 'secrets', limit: mostSecrets, count },
    });
  }
  const id = uuid();
  const { hash, pepperVersion } = hashSecret(clientSecret, peppers);
  const hint = hintOf(clientSecret);
  const [row] = await runStatement<{ createdAt: number }>(
    em,
    `insert into service_account_secret (id, service_account_id, hash, pepper_version, hint, expires_at, created_at)
     values ($1, $2, $3, $4, $5, $6, date_trunc('milliseconds', statement_timestamp()))
     returning (extract(epoch from created_at) * 1000)::double precision as "createdAt"`,
    [id, account.id, hash, pepperVersion, hint, expiresAt],
  );
  const createdAt = new Date(row?.createdAt ?? Number.NaN);
  return { id, hint, createdAt, expiresAt, revokedAt: null, lastUsedAt: null };
}
