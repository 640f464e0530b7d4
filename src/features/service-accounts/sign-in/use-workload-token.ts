import type { Pool } from 'pg';
import type { WorkloadToken } from '../../../platform/auth/workload/verify-workload-token.js';
import { longestTokenAge } from '../../../platform/auth/workload/workload-issuer.js';
import { prepared } from '../../../platform/database/sql.js';

/**
 * Notes that a token was used ($1, $2), and returns a row unless it was used before. A token counts for all accounts.
 * As in use-assertion.ts, the statement does not wait until PostgreSQL has flushed its log to the disk.
 */
const use = prepared(
  'use-workload-token',
  `with without_flush as materialized (
     select set_config('synchronous_commit', 'off', true)
   )
   insert into used_workload_token (hash, expires_at)
   select $1, to_timestamp($2) from without_flush
   on conflict do nothing returning hash`,
);

const find = prepared('find-used-workload-token', 'select from used_workload_token where hash = $1');

/** The tokens of issuers with `singleUse`, each of which authenticates only once. */
export interface UsedWorkloadTokens {
  /** Uses a token up. @returns false if it was used before */
  use(token: WorkloadToken): Promise<boolean>;
  /** Returns whether a token was used before. */
  isUsed(token: WorkloadToken): Promise<boolean>;
}

export const createUsedWorkloadTokens = (pool: Pool): UsedWorkloadTokens => ({
  use: async (token) => (await use(pool, [token.id, lastUse(token)])).length > 0,
  isUsed: async ({ id }) => (await find(pool, [id])).length > 0,
});

/**
 * Returns the time after which a token is rejected anyway, in seconds since 1970, whatever age the operator allows
 * later.
 */
const lastUse = ({ issuedAt, expiresAt }: WorkloadToken): number =>
  Math.min(expiresAt, issuedAt + longestTokenAge);
