import type { Pool } from 'pg';
import type { Logger } from 'pino';
import { v7 as uuid } from 'uuid';
import { eventColumns, eventValues } from '../../../platform/audit/event-values.js';
import { startSweep } from '../../../platform/cleanup/cleanup.js';
import type { RequestFacts } from '../../../platform/context.js';
import { prepared } from '../../../platform/database/sql.js';
import type { TokenClaims } from './access-token.js';

/**
 * By hand: the token and its event in one statement. No event is for what was revoked before, and at most one a minute
 * for an account: a machine that revokes each of its tokens would fill the trail with them.
 * Its first parameters are the `eventValues` of who revokes it.
 */
const insert = prepared(
  'revoke-token',
  `with revoked as (
     insert into revoked_token (jti, expires_at) values ($8, to_timestamp($9))
     on conflict do nothing returning jti
   )
   insert into audit_event (
     ${eventColumns}, occurred_at, id, tenant_id, action, target, outcome, after
   )
   select
     $1, $2, $3, $4, $5, $6, $7, statement_timestamp(), $10, $11, 'service_account.revoke_token', $12, 'success',
     jsonb_build_object('jti', jti)
   from revoked
   where not exists (
     select from audit_event
     where target = $12 and occurred_at > statement_timestamp() - interval '1 minute'
       and action = 'service_account.revoke_token'
   )`,
);

/** Revokes a token until it expires by itself. The trail tells of its client, which is in no realm. */
export async function insertRevoked(pool: Pool, claims: TokenClaims, facts: RequestFacts): Promise<void> {
  const { jti, exp, sub, client_id, tenant_id } = claims;
  const client = { realm: '', id: client_id, name: null, email: null };
  await insert(pool, [...eventValues({ ...client, ...facts }), jti, exp, uuid(), tenant_id, sub]);
}

/** As many as are done within the time limit of a statement, with room. The rest is for the next minute. */
const batch = 10_000;

/** Seconds for which one is kept beyond its end: the clock that tells whether a token is over is the gateway's. */
const slack = 60;

const statement = {
  text: `
    delete from revoked_token where jti in (
      select jti from revoked_token where expires_at <= now() - make_interval(secs => $2)
      order by expires_at limit $1 for update skip locked
    )`,
  values: [batch, slack],
};

/** Forgets tokens that are over. @param interval milliseconds @returns what ends it */
export const startForgetting = (pool: Pool, log: Logger, interval?: number): (() => void) =>
  startSweep(pool, log, 'revoked tokens that are over', () => statement, interval);
