import { v7 as uuid } from 'uuid';
import { longestTokenLifetime } from '../../../platform/auth/access-token-settings.js';
import type { Pepper } from '../../../platform/crypto.js';
import { type Database, run } from '../../../platform/database/sql.js';
import { publicIdSql } from '../../../platform/ids.js';
import { generateSecret, hashSecret, hintOf } from './secret.js';
import type { SecretRow } from './service-account-secret.entity.js';

/**
 * SQL for whether the row `secret` is valid: neither revoked nor expired. It uses the time of the statement, not of the
 * transaction, so that a secret which the same transaction has made expire is not valid.
 */
export const isLiveSql =
  '(secret.revoked_at is null and (secret.expires_at is null or secret.expires_at > statement_timestamp()))';

/**
 * SQL for whether revoking the row `secret` has an effect, on the secret or on access tokens that were issued for it.
 */
export const isRevocableSql = `(
  secret.revoked_at is null
  and (
    secret.expires_at is null
    or secret.expires_at > statement_timestamp() - interval '${longestTokenLifetime} seconds'
  ))`;

/**
 * Counts the valid secrets of accounts.
 * @returns the counts by account ID, without accounts that have no valid secret
 */
export async function countLiveSecrets(on: Database, accountIds: readonly string[]) {
  const rows = await run<{ account: string; count: number }>(on, {
    text: `
      select service_account_id as account, count(*)::integer as count from service_account_secret secret
      where service_account_id = any ($1::uuid[]) and ${isLiveSql} group by service_account_id`,
    values: [accountIds],
  });
  return new Map(rows.map(({ account, count }) => [account, count]));
}

/** The public ID of a secret and its new expiry, as the audit log shows them. */
export interface EndedSecret {
  secret: string;
  expiresAt: string;
}

/**
 * Sets the expiry of all valid secrets of accounts to the end of the overlap period, unless they expire earlier. With a
 * period of 0, it also revokes the secrets, so that access tokens that were issued for them become inactive.
 * @returns the secrets by account ID
 */
export async function expireSecrets(on: Database, accountIds: readonly string[], overlapSeconds: number) {
  const rows = await run<{ account: string; ended: EndedSecret[] }>(on, {
    text: `
      with ended as (
        update service_account_secret secret
        set
          expires_at = least(
            expires_at, date_trunc('milliseconds', statement_timestamp()) + make_interval(secs => $2)),
          revoked_at = case when $2 = 0 then date_trunc('milliseconds', statement_timestamp()) end
        where service_account_id = any ($1::uuid[]) and ${isLiveSql}
        returning service_account_id as account, id, expires_at
      )
      select account, jsonb_agg(jsonb_build_object(
        'secret', ${publicIdSql('ServiceAccountSecret', 'id')},
        'expiresAt', to_char(expires_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'))) as ended
      from ended group by account`,
    values: [accountIds, overlapSeconds],
  });
  return new Map(rows.map(({ account, ended }) => [account, ended]));
}

/** Revokes all valid secrets of accounts. @returns the public IDs of the secrets, by account ID */
export async function revokeSecrets(on: Database, accountIds: readonly string[]) {
  const rows = await run<{ account: string; secrets: string[] }>(on, {
    text: `
      with revoked as (
        update service_account_secret secret set revoked_at = statement_timestamp()
        where service_account_id = any ($1::uuid[]) and ${isLiveSql}
        returning service_account_id as account, id
      )
      select account, jsonb_agg(${publicIdSql('ServiceAccountSecret', 'id')}) as secrets
      from revoked group by account`,
    values: [accountIds],
  });
  return new Map(rows.map(({ account, secrets }) => [account, secrets]));
}

/** Creates a secret for each account. @returns the secrets and their rows, by account ID */
export async function insertSecrets(
  on: Database,
  peppers: readonly Pepper[],
  accountIds: readonly string[],
  expiresAt: Date | null,
): Promise<Map<string, SecretRow & { clientSecret: string }>> {
  const secrets = accountIds.map((accountId) => {
    const clientSecret = generateSecret();
    return {
      id: uuid(),
      accountId,
      clientSecret,
      hint: hintOf(clientSecret),
      ...hashSecret(clientSecret, peppers),
    };
  });
  const [stored] = await run<{ createdAt: Date }>(on, {
    text: `
      insert into service_account_secret (
        id, service_account_id, hash, pepper_version, hint, expires_at, created_at
      )
      select id, account, hash, pepper_version, hint, $6, date_trunc('milliseconds', statement_timestamp())
      from unnest($1::uuid[], $2::uuid[], $3::bytea[], $4::text[], $5::text[])
        as secret (id, account, hash, pepper_version, hint)
      returning created_at as "createdAt"`,
    values: [
      secrets.map(({ id }) => id),
      accountIds,
      secrets.map(({ hash }) => hash),
      secrets.map(({ pepperVersion }) => pepperVersion),
      secrets.map(({ hint }) => hint),
      expiresAt,
    ],
  });
  if (!stored) throw new Error('No secret was stored');
  const { createdAt } = stored;
  return new Map(
    secrets.map(({ id, accountId, clientSecret, hint }) => [
      accountId,
      { id, hint, createdAt, expiresAt, revokedAt: null, lastUsedAt: null, clientSecret },
    ]),
  );
}
