import type { Pool } from 'pg';
import type { Logger } from 'pino';
import { startPurge } from './idempotency/purge.js';
import { startForgetting } from './oauth/tokens/revoked-token.sql.js';
import { startRemoval } from './service-accounts/removal.js';
import { startCountSweep } from './service-accounts/sign-in/count-sweep.js';

/** What deletes what is over. */
const sweeps = [startPurge, startRemoval, startForgetting, startCountSweep];

/** Starts all of them. @returns what ends them */
export function startSweeps(pool: Pool, log: Logger): () => void {
  const ends = sweeps.map((start) => start(pool, log));
  return () => {
    for (const end of ends) end();
  };
}
