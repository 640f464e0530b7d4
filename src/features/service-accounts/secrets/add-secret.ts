import type { EntityManager } from '@mikro-orm/postgresql';
import { v7 as uuid } from 'uuid';
import { run } from '../../../platform/database/sql.js';
import { AppError } from '../../../platform/errors.js';
import type { Pepper } from '../../../platform/pepper.js';
import { isLive } from './live.sql.js';
import { generateSecret, hashSecret, hintOf } from './secret.js';
import type { SecretFields } from './service-account-secret.type.js';

/** How many secrets may let an account in at the same time. */
export const mostSecrets = 5;

/** How many live secrets accounts have. @returns by account; those that have none are left out */
export async function countLive(em: EntityManager, ids: readonly string[]): Promise<Map<string, number>> {
  const rows = await run<{ account: string; count: number }>(em, {
    text: `select service_account_id as account, count(*)::integer as count from service_account_secret secret
     where service_account_id = any ($1::uuid[]) and ${isLive} group by service_account_id`,
    values: [ids],
  });
  return new Map(rows.map(({ account, count }) => [account, count]));
}

/** @throws AppError CONFLICT for an account that has enough secrets */
export function requireRoom(count: number): void {
  if (count < mostSecrets) return;
  throw new AppError('CONFLICT', {
    message:
      `secrets: the service account has ${count} live ones, and may have ${mostSecrets}: ` +
      'revoke one first, or rotate with overlapSeconds 0',
    details: { field: 'secrets', limit: mostSecrets, count },
  });
}

/** Makes a secret for each of some accounts. @returns them, and what is kept of them, by the accounts' ids */
export async function addSecrets(
  em: EntityManager,
  peppers: readonly Pepper[],
  ids: readonly string[],
  expiresAt: Date | null = null,
): Promise<Map<string, SecretFields & { clientSecret: string }>> {
  const rows = ids.map((account) => {
    const clientSecret = generateSecret();
    const hint = hintOf(clientSecret);
    return { id: uuid(), account, clientSecret, hint, ...hashSecret(clientSecret, peppers) };
  });
  const [stored] = await run<{ createdAt: number }>(em, {
    text: `insert into service_account_secret (id, service_account_id, hash, pepper_version, hint, expires_at, created_at)
     select id, account, hash, pepper_version, hint, $6, date_trunc('milliseconds', statement_timestamp())
     from unnest($1::uuid[], $2::uuid[], $3::bytea[], $4::text[], $5::text[])
       as secret (id, account, hash, pepper_version, hint)
     returning (extract(epoch from created_at) * 1000)::double precision as "createdAt"`,
    values: [
      rows.map(({ id }) => id),
      ids,
      rows.map(({ hash }) => hash),
      rows.map(({ pepperVersion }) => pepperVersion),
      rows.map(({ hint }) => hint),
      expiresAt,
    ],
  });
  const createdAt = new Date(stored?.createdAt ?? Number.NaN);
  return new Map(
    rows.map(({ id, account, clientSecret, hint }) => [
      account,
      { id, hint, createdAt, expiresAt, revokedAt: null, lastUsedAt: null, clientSecret },
    ]),
  );
}
