import type { Pool } from 'pg';
import type { Logger } from 'pino';
import { v7 as uuid } from 'uuid';
import { startSweep } from '../database/sweep.js';
import { keptDays } from './kept.js';

/** As many as are done within the time limit of a statement, with room. The rest is for the next minute. */
const batch = 1000;

/** Who the audit trail says it was: no caller, and no realm that a file could name. */
const remover = { realm: '', id: 'service-account-gateway' };

/** Their client ids stay taken, their secrets go with them, and the audit trail tells of it for ever. */
const accounts = () => ({
  text: `
    with gone as (
      delete from service_account where id in (
        select id from service_account
        where status = 'deleted' and deleted_at <= now() - make_interval(days => $2)
        order by deleted_at limit $1 for update skip locked
      ) returning *
    ),
    retired as (
      insert into retired_client_id (client_id) select client_id from gone
    )
    insert into audit_event (id, tenant_id, caller_realm, caller_id, action, target, outcome, request_id, before)
    select gen_random_uuid(), tenant_id, $3, $4, 'service_account.remove', 'sa-' || id, 'success', $5,
      jsonb_build_object('name', name, 'clientId', client_id)
    from gone`,
  values: [batch, keptDays, remover.realm, remover.id, uuid()],
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
