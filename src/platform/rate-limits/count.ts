import type { Pool } from 'pg';
import type { Logger } from 'pino';
import {
  type RateLimiterAbstract,
  RateLimiterPostgres,
  RateLimiterRes,
  RLWrapperTimeouts,
} from 'rate-limiter-flexible';
import { whyUnavailable } from '../database/unavailable.js';
import { BoundedMemory } from './bounded-memory.js';

/** Seconds. A key's window begins with its first request, and the next one after that is over. */
export const window = 60;

/** Milliseconds that a request waits for the database to count it. */
const patience = 1_000;
/** Milliseconds for which a database that does not count is left alone. */
const pause = 10_000;

/** Where a key stands in its window, with this request. */
export interface Standing {
  exceeded: boolean;
  remaining: number;
  /** Whole seconds until the window is over, 1 or more. */
  reset: number;
}

/** Counts a request. It never fails. */
export type Count = (key: string) => Promise<Standing>;

/** Counts in this process, for each key at most `limit` requests in a window. */
export function countInMemory(name: string, limit: number): Count {
  const memory = new BoundedMemory({ keyPrefix: name, points: limit, duration: window });
  return (key) => consume(memory, key);
}

/**
 * Counts in the database, for all gateways on it, and in this process while the database does not: a limit must
 * not turn an outage into errors. The library's own insurance would ask a database that hangs at each request,
 * and tell nobody.
 */
export function countInDatabase(name: string, limit: number, pool: Pool, log: Logger): Count {
  const inMemory = countInMemory(name, limit);
  const database = new RLWrapperTimeouts({
    timeoutMs: patience,
    limiter: new RateLimiterPostgres({
      keyPrefix: name,
      points: limit,
      duration: window,
      storeClient: pool,
      storeType: 'pool',
      tableName: 'rate_limit',
      tableCreated: true,
      clearExpiredByTimeout: false,
      // Who is over the limit is refused without asking again, until the window is over.
      inMemoryBlockOnConsumed: limit + 1,
    }),
  });
  let resumeAt = 0;
  return async (key) => {
    if (Date.now() < resumeAt) return inMemory(key);
    // One request finds out whether the database is back, and the others do not wait for it.
    if (resumeAt > 0) resumeAt = Date.now() + pause;
    try {
      const standing = await consume(database, key);
      resumeAt = 0;
      return standing;
    } catch (error) {
      resumeAt = Date.now() + pause;
      const reason = whyUnavailable(error) ?? (error as Error).message;
      log.warn({ reason }, 'the database does not count requests, this process does for now');
      return inMemory(key);
    }
  };
}

/** The library rejects with the same facts when a key is over its limit, and with an error when it fails. */
async function consume(limiter: RateLimiterAbstract, key: string): Promise<Standing> {
  try {
    return toStanding(await limiter.consume(key), false);
  } catch (thrown) {
    if (thrown instanceof RateLimiterRes) return toStanding(thrown, true);
    throw thrown;
  }
}

const toStanding = ({ remainingPoints, msBeforeNext }: RateLimiterRes, exceeded: boolean): Standing => ({
  exceeded,
  remaining: remainingPoints,
  reset: Math.max(1, Math.ceil(msBeforeNext / 1000)),
});
