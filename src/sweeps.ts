import type { Pool } from 'pg';
import type { Logger } from 'pino';
import { startForgetting } from './api/oauth/tokens/revoked-token.sql.js';
import { startRemoval } from './features/service-accounts/removal.js';
import { startCountSweep } from './features/service-accounts/sign-in/count-sweep.js';
import { startPurge } from './platform/idempotency/purge.js';

/** What deletes what is over. */
const sweeps = [startPurge, startRemoval, startForgetting, startCountSweep];

/** Starts all of them. @returns what ends them */
export function startSweeps(pool: Pool, log: Logger): () => void {
  const ends = sweeps.map((start) => start(pool, log));
  return () => {
    for (const end of ends) end();
  };
}
