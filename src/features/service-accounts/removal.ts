import type { Pool } from 'pg';
import type { Logger } from 'pino';
import { v7 as uuid } from 'uuid';
import { eventValues } from '../../platform/audit/event-values.js';
import { startSweep } from '../../platform/cleanup/cleanup.js';
import { keptDays } from './kept.js';
import { removeAccounts } from './remove-accounts.sql.js';

/** As many as are done within the time limit of a statement, with room. The rest is for the next minute. */
const batch = 1000;

/** Who the audit trail says it was: no caller, and no realm that a file could name. */
const remover = {
  realm: '',
  id: 'service-account-gateway',
  name: null,
  email: null,
  ip: null,
  userAgent: null,
};

const accounts = () => ({
  text: removeAccounts(`
    select id from service_account
    where status = 'deleted' and deleted_at <= now() - make_interval(days => $9)
    order by deleted_at limit $8 for update skip locked`),
  values: [...eventValues({ ...remover, requestId: uuid() }), batch, keptDays],
});

const secrets = () => ({
  text: `
    delete from service_account_secret where id in (
      select id from service_account_secret
      where (revoked_at is not null or expires_at is not null)
        and least(revoked_at, expires_at) <= now() - make_interval(days => $2)
      order by least(revoked_at, expires_at) limit $1 for update skip locked
    )`,
  values: [batch, keptDays],
});

/**
 * Removes accounts 30 days after they were deleted, and secrets 30 days after they ended.
 * @param interval milliseconds
 * @returns what ends it
 */
export function startRemoval(pool: Pool, log: Logger, interval?: number): () => void {
  const ends = [
    startSweep(pool, log, 'deleted service accounts', accounts, interval),
    startSweep(pool, log, 'secrets that have ended', secrets, interval),
  ];
  return () => {
    for (const end of ends) end();
  };
}
