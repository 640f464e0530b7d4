import type { Pool } from 'pg';
import type { Logger } from 'pino';
import {
  type RateLimiterAbstract,
  RateLimiterPostgres,
  RateLimiterRes,
  RLWrapperTimeouts,
} from 'rate-limiter-flexible';
import { whyUnavailable } from '../database/database-errors.js';
import { BoundedMemory } from './bounded-memory.js';

/** The window of a limit, in seconds. It begins with the first request of a key. */
export const windowSeconds = 60;

/** Milliseconds that a request waits for the database to count it. */
const timeoutMs = 1_000;
/** Milliseconds for which a database that has failed to count is not asked again. */
const pauseMs = 10_000;

/** The part of its limit that a key has used in its window, this request included. */
interface Usage {
  exceeded: boolean;
  remaining: number;
  /** Whole seconds until the window ends, 1 or more. */
  reset: number;
}

/** Counts a request. It never fails. */
export type Count = (key: string) => Promise<Usage>;

/** Creates a counter in this process. @param limit requests of a key in a window */
export function countInMemory(name: string, limit: number): Count {
  const memory = new BoundedMemory({ keyPrefix: name, points: limit, duration: windowSeconds });
  return (key) => consume(memory, key);
}

/**
 * Creates a counter in the database, for all gateways that share it. While the database fails to count, this process
 * counts: a limit must not turn an outage into errors. The library's own insurance limiter would ask a database that
 * hangs at every request, and log nothing.
 */
export function countInDatabase(name: string, limit: number, pool: Pool, log: Logger): Count {
  const inMemory = countInMemory(name, limit);
  const database = new RLWrapperTimeouts({
    timeoutMs,
    limiter: new RateLimiterPostgres({
      keyPrefix: name,
      points: limit,
      duration: windowSeconds,
      storeClient: pool,
      storeType: 'pool',
      tableName: 'rate_limit',
      tableCreated: true,
      clearExpiredByTimeout: false,
      // A key that has exceeded its limit is refused without asking the database again until the window ends.
      inMemoryBlockOnConsumed: limit + 1,
    }),
  });
  let resumeAt = 0;
  return async (key) => {
    if (Date.now() < resumeAt) return inMemory(key);
    // One request finds out whether the database is back, while the others are still counted here.
    if (resumeAt > 0) resumeAt = Date.now() + pauseMs;
    try {
      const usage = await consume(database, key);
      resumeAt = 0;
      return usage;
    } catch (error) {
      resumeAt = Date.now() + pauseMs;
      const reason = whyUnavailable(error) ?? (error as Error).message;
      log.warn(
        { reason },
        'Database cannot count requests for rate limits; this gateway counts only its own requests for now',
      );
      return inMemory(key);
    }
  };
}

/** The library rejects with a result when a key has exceeded its limit, and with an error when it fails. */
async function consume(limiter: RateLimiterAbstract, key: string): Promise<Usage> {
  try {
    return toUsage(await limiter.consume(key), false);
  } catch (thrown) {
    if (thrown instanceof RateLimiterRes) return toUsage(thrown, true);
    throw thrown;
  }
}

const toUsage = ({ remainingPoints, msBeforeNext }: RateLimiterRes, exceeded: boolean): Usage => ({
  exceeded,
  remaining: remainingPoints,
  reset: Math.max(1, Math.ceil(msBeforeNext / 1000)),
});
