import { E_TIMEOUT, Semaphore, type SemaphoreInterface, withTimeout } from 'async-mutex';
import { AppError } from '../errors.js';
import { servingLimits } from './limits.js';

/** Of the pool's ten connections. With one, the next would reach PostgreSQL only once this gateway has its answer. */
const width = 3;

interface Lane {
  semaphore: SemaphoreInterface;
  /** In it or waiting. */
  users: number;
}

/**
 * Statements that lock one row, such as that of a tenant, follow each other anyway. Here they wait in line before
 * they take a connection: otherwise those of one busy tenant would hold all of the pool's, and nobody else would
 * be served (npm run bench:busy).
 */
export class Lanes {
  private readonly lanes = new Map<string, Lane>();

  /** Does it when its turn comes. @throws AppError SERVICE_UNAVAILABLE when that takes too long */
  async run<T>(key: string, work: () => Promise<T>): Promise<T> {
    const lane = this.lanes.get(key) ?? createLane();
    this.lanes.set(key, lane);
    lane.users += 1;
    try {
      return await lane.semaphore.runExclusive(work);
    } catch (error) {
      throw error === E_TIMEOUT ? new AppError('SERVICE_UNAVAILABLE') : error;
    } finally {
      lane.users -= 1;
      if (lane.users === 0) this.lanes.delete(key);
    }
  }
}

const createLane = (): Lane => ({
  semaphore: withTimeout(new Semaphore(width), servingLimits.connectionTimeoutMillis ?? 0),
  users: 0,
});
