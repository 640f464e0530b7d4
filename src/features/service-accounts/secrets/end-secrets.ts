import type { EntityManager } from '@mikro-orm/postgresql';
import { run } from '../../../platform/database/sql.js';
import { isLive } from './live.sql.js';

/** Revokes all live secrets of accounts. @param ids as they are stored @returns the secrets' public ids, by account */
export async function endSecrets(em: EntityManager, ids: string[]): Promise<Map<string, string[]>> {
  const rows = await run<{ account: string; secrets: string[] }>(em, {
    text: `with ended as (
       update service_account_secret secret set revoked_at = statement_timestamp()
       where service_account_id = any ($1::uuid[]) and ${isLive}
       returning service_account_id as account, id
     )
     select account, jsonb_agg('secret-' || id) as secrets from ended group by account`,
    values: [ids],
  });
  return new Map(rows.map(({ account, secrets }) => [account, secrets]));
}
