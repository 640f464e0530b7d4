import { type Database, run } from '../../../platform/database/sql.js';
import { publicId, publicIdSql } from '../../../platform/ids.js';
import type { KeyRow } from './service-account-key.entity.js';

/** The maximum number of keys of an account that have not expired. */
export const maxKeys = 5;

/** SQL for whether the row `key` has not expired. */
export const isLiveSql = '(key.expires_at is null or key.expires_at > statement_timestamp())';

/** SQL for the columns of a `KeyRow`. The statement must name the table `key`. */
export const keyColumns = `
  key.id, key.kid, key.thumbprint, key.algorithms, key.created_at as "createdAt",
  key.expires_at as "expiresAt", key.last_used_at as "lastUsedAt"`;

/** Deletes all keys of accounts, expired or not. @returns the public IDs of the keys, by account ID */
export async function deleteKeys(on: Database, accountIds: readonly string[]) {
  const rows = await run<{ account: string; keys: string[] }>(on, {
    text: `
      with deleted as (
        delete from service_account_key where service_account_id = any ($1::uuid[])
        returning service_account_id as account, id
      )
      select account, jsonb_agg(${publicIdSql('ServiceAccountKey', 'id')}) as keys from deleted group by account`,
    values: [accountIds],
  });
  return new Map(rows.map(({ account, keys }) => [account, keys]));
}

/** Returns a key as the audit log shows it. */
export const auditedKey = ({ id, thumbprint, expiresAt }: KeyRow) => ({
  key: publicId('ServiceAccountKey', id),
  thumbprint,
  expiresAt: expiresAt ?? null,
});
