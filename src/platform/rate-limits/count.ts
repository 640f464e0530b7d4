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

/** The length of a window in seconds. A window begins with the first request of a key. */
export const windowSeconds = 60;

/** The number of milliseconds that a request waits for the database to count it. */
const timeoutMs = 1_000;
/** The number of milliseconds without a further attempt after the database has failed to count. */
const pauseMs = 10_000;

/** How much of its limit a key has used in its window, including what was counted now. */
interface Usage {
  exceeded: boolean;
  remaining: number;
  /** Whole seconds until the window ends, at least 1. */
  reset: number;
}

/**
 * Counts something that takes a number of points from the limit of a key. It never fails. A key that has exceeded its
 * limit remains over it until the window ends, so a refusal costs the next one nothing.
 */
export type Count = (key: string, points?: number) => Promise<Usage>;

/** Creates the function that creates counters, either in this process or in the database. */
export const createCounters =
  (store: 'memory' | 'postgres', pool: Pool, log: Logger) =>
  (name: string, limit: number): Count =>
    store === 'postgres' ? countInDatabase(name, limit, pool, log) : countInMemory(name, limit);

/** Creates a counter in this process. @param limit the number of points that a key has in a window */
function countInMemory(name: string, limit: number): Count {
  const memory = new BoundedMemory({ keyPrefix: name, points: limit, duration: windowSeconds });
  return (key, points) => consume(memory, key, points);
}

/**
 * Creates a counter in the database, for all gateways that use it. While the database cannot count, this process
 * counts, so that the limits do not turn an outage into errors. The library's own insurance limiter would query an
 * unresponsive database with every request, and would log nothing.
 */
function countInDatabase(name: string, limit: number, pool: Pool, log: Logger): Count {
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
      // If a key has exceeded its limit, its requests are rejected without a query until the window ends.
      inMemoryBlockOnConsumed: limit + 1,
    }),
  });
  let resumeAt = 0;
  return async (key, points) => {
    if (Date.now() < resumeAt) return inMemory(key, points);
    // One request checks whether the database is available again, while this process still counts the others.
    if (resumeAt > 0) resumeAt = Date.now() + pauseMs;
    try {
      const usage = await consume(database, key, points);
      resumeAt = 0;
      return usage;
    } catch (error) {
      resumeAt = Date.now() + pauseMs;
      const reason = whyUnavailable(error) ?? (error as Error).message;
      log.warn(
        { reason },
        'Database cannot count requests for rate limits; this gateway counts only its own requests for now',
      );
      return inMemory(key, points);
    }
  };
}

/** Counts points. The library rejects with a result if a key has exceeded its limit, and with an error if it fails. */
async function consume(limiter: RateLimiterAbstract, key: string, points = 1): Promise<Usage> {
  try {
    return toUsage(await limiter.consume(key, points), false);
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
