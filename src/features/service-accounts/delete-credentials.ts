import { type Database, run } from '../../platform/database/sql.js';
import { publicIdSql } from '../../platform/ids.js';

/** The public IDs of what was deleted with an account. */
interface DeletedCredentials {
  keys: string[];
  trusts: string[];
}

/**
 * Deletes all keys and trusts of accounts, expired or not. Secrets are revoked instead (stored-secrets.ts). One
 * statement deletes both, because the deletion of many accounts should take few.
 * @returns what was deleted, by account ID; nothing for an account without keys and trusts
 */
export async function deleteKeysAndTrusts(
  on: Database,
  accountIds: readonly string[],
): Promise<ReadonlyMap<string, DeletedCredentials>> {
  const rows = await run<DeletedCredentials & { account: string }>(on, {
    text: `
      with key as (
        delete from service_account_key where service_account_id = any ($1::uuid[])
        returning service_account_id as account, ${publicIdSql('ServiceAccountKey', 'id')} as id
      ),
      trust as (
        delete from service_account_trust where service_account_id = any ($1::uuid[])
        returning service_account_id as account, ${publicIdSql('ServiceAccountTrust', 'id')} as id
      )
      select account,
        array(select id from key where key.account = deleted.account) as keys,
        array(select id from trust where trust.account = deleted.account) as trusts
      from (select account from key union select account from trust) deleted`,
    values: [accountIds],
  });
  return new Map(rows.map(({ account, keys, trusts }) => [account, { keys, trusts }]));
}
