import type { EntityManager } from '@mikro-orm/postgresql';
import { run } from '../../../platform/database/sql.js';
import { isLive } from './live.sql.js';

/** A secret, and when it ends now, as the audit trail tells it. */
export interface Ended {
  secret: string;
  expiresAt: string;
}

/** Has all live secrets of accounts end when an overlap is over; without one they are revoked. @returns them, by account */
export async function endOthers(
  em: EntityManager,
  ids: readonly string[],
  overlapSeconds: number,
): Promise<Map<string, Ended[]>> {
  const rows = await run<{ account: string; ended: Ended[] }>(em, {
    text: `with ended as (
       update service_account_secret secret
       set
         expires_at = least(
           expires_at, date_trunc('milliseconds', statement_timestamp()) + make_interval(secs => $2)),
         -- Without an overlap nobody is to go on, with a token neither.
         revoked_at = case when $2 = 0 then date_trunc('milliseconds', statement_timestamp()) end
       where service_account_id = any ($1::uuid[]) and ${isLive}
       returning service_account_id as account, id, expires_at
     )
     select account, jsonb_agg(jsonb_build_object(
       'secret', 'secret-' || id,
       'expiresAt', to_char(expires_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'))) as ended
     from ended group by account`,
    values: [ids, overlapSeconds],
  });
  return new Map(rows.map(({ account, ended }) => [account, ended]));
}
