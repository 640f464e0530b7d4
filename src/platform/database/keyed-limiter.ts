import { E_TIMEOUT, Semaphore, type SemaphoreInterface, withTimeout } from 'async-mutex';
import { AppError } from '../errors.js';
import { servingTimeouts } from './timeouts.js';

/**
 * The number of tasks of one key that run at a time; the pool has ten connections. If it were 1, the next statement
 * would reach PostgreSQL only after this gateway has the answer to the previous one.
 */
const concurrency = 3;

interface Queue {
  semaphore: SemaphoreInterface;
  /** The number of tasks that run or wait. */
  size: number;
}

/**
 * Limits how many tasks of one key run at a time. Statements that lock one row, such as that of a tenant, follow each
 * other anyway. Here they wait before they take a connection: otherwise the statements of one busy tenant would occupy
 * the whole pool, and nobody else would be served (npm run bench:busy).
 */
export class KeyedLimiter {
  private readonly queues = new Map<string, Queue>();

  /** Runs a task when the turn of its key comes. @throws AppError SERVICE_UNAVAILABLE when that takes too long */
  async run<T>(key: string, task: () => Promise<T>): Promise<T> {
    const queue = this.queues.get(key) ?? createQueue();
    this.queues.set(key, queue);
    queue.size += 1;
    try {
      return await queue.semaphore.runExclusive(task);
    } catch (error) {
      throw error === E_TIMEOUT ? new AppError('SERVICE_UNAVAILABLE') : error;
    } finally {
      queue.size -= 1;
      if (queue.size === 0) this.queues.delete(key);
    }
  }
}

const createQueue = (): Queue => ({
  semaphore: withTimeout(new Semaphore(concurrency), servingTimeouts.connectionTimeoutMillis ?? 0),
  size: 0,
});
