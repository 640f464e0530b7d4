import { setTimeout } from 'node:timers/promises';
import type { Pool } from 'pg';
import type { Logger } from 'pino';
import { whyUnavailable } from '../database/database-errors.js';
import type { CleanupJob } from './jobs.js';

const minuteMs = 60_000;
/** The number of milliseconds that a stop waits for the batch that is running. Closing the pool then ends it. */
const stopTimeoutMs = 3_000;
/** The code of PostgreSQL's error if a statement has waited longer than `lock_timeout`. */
const lockNotAvailable = '55P03';

/**
 * Starts the cleanup once a minute. Every gateway runs it. The jobs take turns, a batch each, until each of them has
 * found less than a batch. They therefore keep up with whatever clients create, and never use more than one connection.
 * @returns a function that stops the cleanup, and waits a few seconds for the batch that is running
 */
export function startCleanup(
  pool: Pool,
  log: Logger,
  jobs: readonly CleanupJob[],
  intervalMs = minuteMs,
): () => Promise<void> {
  let isStopped = false;
  let isDue = false;
  let running: Promise<void> | undefined;

  async function run(): Promise<void> {
    while (isDue && !isStopped) {
      isDue = false;
      let unfinished = [...jobs];
      while (unfinished.length > 0) {
        const round = unfinished;
        unfinished = [];
        for (const job of round) {
          if (isStopped) return;
          if (await runBatch(pool, log, job)) unfinished.push(job);
        }
      }
    }
  }

  const timer = setInterval(() => {
    isDue = true;
    running ??= run().finally(() => {
      running = undefined;
    });
  }, intervalMs).unref();
  return async () => {
    clearInterval(timer);
    isStopped = true;
    await Promise.race([running, setTimeout(stopTimeoutMs, undefined, { ref: false })]);
  };
}

/**
 * Runs a batch of a job. A fault ends the job until the next minute. It does not log that the database is unavailable,
 * because the outage is logged elsewhere (database/outage.ts).
 * @returns whether there may be more to do
 */
export async function runBatch(pool: Pool, log: Logger, job: CleanupJob): Promise<boolean> {
  try {
    return await job.runBatch(pool);
  } catch (error) {
    const { code } = error as { code?: string };
    if (code === lockNotAvailable) log.warn(`Cleanup could not ${job.task}: another transaction uses it`);
    else if (!whyUnavailable(error)) log.warn({ err: error }, `Cleanup could not ${job.task}`);
    return false;
  }
}
