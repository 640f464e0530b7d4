import type { Pool } from 'pg';
import type { Logger } from 'pino';
import { additionOfPartitions, removalOfPartitions } from './audit-partitions/jobs.js';
import { type CleanupJob, cleanupJobs } from './jobs.js';
import { runBatch, startCleanup } from './start-cleanup.js';

/**
 * Adds the next partitions of the audit log, and starts all cleanup jobs.
 * @param retentionDays the retention of the audit log; undefined if entries are kept forever
 * @returns a function that stops the jobs
 */
export async function startJobs(
  retentionDays: number | undefined,
  pool: Pool,
  log: Logger,
): Promise<() => Promise<void>> {
  const addition = additionOfPartitions(retentionDays);
  const jobs: CleanupJob[] = [addition, ...Object.values(cleanupJobs)];
  if (retentionDays !== undefined) jobs.push(removalOfPartitions(retentionDays, log));
  await runBatch(pool, log, addition);
  return startCleanup(pool, log, jobs);
}
