import { E_TIMEOUT, Semaphore, withTimeout } from 'async-mutex';
import { AppError } from '../errors.js';
import { servingTimeouts } from './timeouts.js';

/**
 * The maximum number of tasks of one key that run at the same time. The pool has ten connections. With a limit of 1,
 * each statement would reach PostgreSQL only after the gateway has received the result of the previous one.
 */
const concurrency = 3;

interface Queue {
  semaphore: Semaphore;
  /** The number of tasks that are running or waiting. */
  size: number;
}

/**
 * Limits how many tasks of one key run at the same time. Statements that lock the same row, such as a tenant's, run one
 * after the other anyway. Here they wait before they take a connection. Otherwise one busy tenant would occupy the
 * whole pool and block all other callers.
 */
export class KeyedLimiter {
  private readonly queues = new Map<string, Queue>();

  /** Runs a task when it is the turn of its key. @throws AppError SERVICE_UNAVAILABLE if the wait is too long */
  async run<T>(key: string, task: () => Promise<T>): Promise<T> {
    const queue = this.queues.get(key) ?? createQueue();
    this.queues.set(key, queue);
    queue.size += 1;
    try {
      return await (queue.semaphore.isLocked()
        ? runInTime(queue.semaphore, task)
        : queue.semaphore.runExclusive(task));
    } catch (error) {
      throw error === E_TIMEOUT ? new AppError('SERVICE_UNAVAILABLE') : error;
    } finally {
      queue.size -= 1;
      if (queue.size === 0) this.queues.delete(key);
    }
  }
}

const createQueue = (): Queue => ({ semaphore: new Semaphore(concurrency), size: 0 });

/** Only a task that waits needs a timer. */
const runInTime = <T>(semaphore: Semaphore, task: () => Promise<T>): Promise<T> =>
  withTimeout(semaphore, servingTimeouts.connectionTimeoutMillis ?? 0).runExclusive(task);
