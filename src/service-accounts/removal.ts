import type { Pool } from 'pg';
import type { Logger } from 'pino';
import { startSweep } from '../database/sweep.js';

/** As many as are done within the time limit of a statement, with room. The rest is for the next minute. */
const batch = 1000;

/** Their client ids stay taken. Secrets go with their account, and the audit trail tells of both for ever. */
const accounts = {
  text: `
    with gone as (
      delete from service_account where id in (
        select id from service_account
        where status = 'deleted' and deleted_at <= now() - interval '30 days'
        order by deleted_at limit $1 for update skip locked
      ) returning client_id
    )
    insert into retired_client_id (client_id) select client_id from gone`,
  values: [batch],
};

const secrets = {
  text: `
    delete from service_account_secret where id in (
      select id from service_account_secret
      where (revoked_at is not null or expires_at is not null)
        and least(revoked_at, expires_at) <= now() - interval '30 days'
      order by least(revoked_at, expires_at) limit $1 for update skip locked
    )`,
  values: [batch],
};

/**
 * Removes accounts 30 days after they were deleted, and secrets 30 days after they ended.
 * @param interval milliseconds
 * @returns what ends it
 */
export function startRemoval(pool: Pool, log: Logger, interval?: number): () => void {
  const ends = [
    startSweep(pool, log, 'deleted service accounts', () => accounts, interval),
    startSweep(pool, log, 'secrets that have ended', () => secrets, interval),
  ];
  return () => {
    for (const end of ends) end();
  };
}
