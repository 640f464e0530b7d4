import { prepared } from '../../../platform/database/sql.js';

/**
 * Sets when rows were last used, only ever later. It waits for nobody: rows that somebody else has locked are left
 * out, and told. So it is in no deadlock, and an administrator who holds one row holds back no other.
 * @returns the ids that were left out; those of rows that are gone are not among them
 */
const writeLastUses = (name: string, table: string) =>
  prepared<{ id: string }>(
    name,
    `with used as (
       select id, at from unnest($1::uuid[], $2::timestamptz[]) as used (id, at)
     ),
     held as (
       select kept.id, used.at from ${table} kept join used on used.id = kept.id
       where kept.last_used_at is null or kept.last_used_at < used.at
       order by kept.id for no key update of kept skip locked
     ),
     written as (
       update ${table} kept set last_used_at = greatest(kept.last_used_at, held.at) from held
       where kept.id = held.id returning kept.id
     )
     select kept.id from ${table} kept join used on used.id = kept.id
     where (kept.last_used_at is null or kept.last_used_at < used.at)
       and not exists (select from written where written.id = kept.id)`,
  );

/** Neither the version nor `updated_at` of an account is raised: nobody has changed it. */
export const writeAccounts = writeLastUses('last-uses-of-accounts', 'service_account');
export const writeSecrets = writeLastUses('last-uses-of-secrets', 'service_account_secret');
