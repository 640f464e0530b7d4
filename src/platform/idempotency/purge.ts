import type { Pool } from 'pg';
import type { Logger } from 'pino';
import { startSweep } from '../cleanup/cleanup.js';

const statement = { text: 'delete from idempotency_key where expires_at <= now()' };

/** Deletes expired rows. @param interval milliseconds @returns what ends it */
export const startPurge = (pool: Pool, log: Logger, interval?: number): (() => void) =>
  startSweep(pool, log, 'expired idempotency keys', () => statement, interval);
