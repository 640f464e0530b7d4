import { hash } from 'node:crypto';
import type { Pool } from 'pg';
import { inBatches } from '../../../platform/database/in-batches.js';
import { prepared } from '../../../platform/database/sql.js';
import { accountColumns, accountRejections, type Credential } from './credential.js';

/** An assertion whose signature a key has verified. */
export interface VerifiedAssertion {
  /** The ID of the key. */
  key: string;
  /** The claim that identifies the assertion. */
  jti: string;
  /** The time when the assertion expires, in seconds since 1970. */
  exp: number;
}

/**
 * Uses assertions ($1) up: selects their keys with the current state of the accounts, and notes that they were used. An
 * assertion that was used before is rejected (RFC 7523, section 3), also if it occurs twice in the parameter. The
 * statement neither selects a key that was removed nor notes its assertion. The parameter is JSON and not arrays, and
 * the limit is there, for the same reasons as in find-secret.ts.
 *
 * The statement does not wait until PostgreSQL has flushed its log to the disk, which would take three times as long as
 * the rest. If PostgreSQL crashes, it can lose the assertions of the last second. Whoever has one of them could use it
 * once more before it expires.
 */
const useAll = prepared<{ position: number; credential: Credential; replayed: boolean }>(
  'use-assertions',
  `with without_flush as materialized (
     select set_config('synchronous_commit', 'off', true)
   ),
   presented as materialized (
     select presented.position, presented.jti_hash, presented.exp, row_to_json(found) as credential,
       found."accountId" as account_id, found."rejectedBecause" as rejection,
       row_number() over (partition by found."accountId", presented.jti_hash order by presented.position) as occurrence
     from rows from (json_to_recordset($1) as (key uuid, jti_hash text, exp double precision))
         with ordinality as presented (key_id, jti_hash, exp, position)
       cross join lateral (
         select
           'ServiceAccountKey' as type, key.id, ${accountColumns},
           case
             ${accountRejections}
             when key.expires_at <= statement_timestamp() then 'key_expired'
           end as "rejectedBecause"
         from service_account_key key
           join service_account account on account.id = key.service_account_id
           join tenant on tenant.id = account.tenant_id
         where key.id = presented.key_id
         limit 1
       ) found
   ),
   used as (
     insert into used_assertion (service_account_id, jti_hash, expires_at)
     select account_id, jti_hash, to_timestamp(exp) from presented where rejection is null and occurrence = 1
     on conflict do nothing
     returning service_account_id, jti_hash
   )
   select presented.position::integer as position, presented.credential,
     used.jti_hash is null or occurrence > 1 as replayed
   from without_flush
     cross join presented
     left join used on used.service_account_id = presented.account_id and used.jti_hash = presented.jti_hash`,
);

/** Uses an assertion up. @returns undefined if its key was removed */
export type UseAssertion = (assertion: VerifiedAssertion) => Promise<Credential | undefined>;

export const createAssertionUse = (pool: Pool): UseAssertion =>
  inBatches(async (assertions: VerifiedAssertion[]): Promise<(Credential | undefined)[]> => {
    const rows = await useAll(pool, [
      JSON.stringify(
        assertions.map(({ key, jti, exp }) => ({ key, jti_hash: hash('sha256', jti, 'base64url'), exp })),
      ),
    ]);
    const byPosition = new Map(
      rows.map(({ position, credential, replayed }) => [
        position,
        replayed
          ? { ...credential, rejectedBecause: credential.rejectedBecause ?? 'assertion_replayed' }
          : credential,
      ]),
    );
    return assertions.map((_, index) => byPosition.get(index + 1));
  });
