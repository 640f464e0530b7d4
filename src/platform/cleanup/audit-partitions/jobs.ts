import type { Logger } from 'pino';
import type { CleanupJob } from '../jobs.js';
import { addPartitions } from './add-partitions.js';
import { dropPartition } from './drop-partition.js';
import { monthsOfPartition } from './partition-range.js';

/**
 * Creates the job that adds partitions to the audit log.
 * @param retentionDays the retention of the audit log, on which the size of a partition depends; undefined if entries
 *   are kept forever
 */
export const additionOfPartitions = (retentionDays: number | undefined): CleanupJob => ({
  task: 'add partitions to the audit log',
  runBatch: async (pool) => {
    await addPartitions(pool, monthsOfPartition(retentionDays));
    return false;
  },
});

/** Creates the job that drops the partitions of the audit log that are past the retention. */
export const removalOfPartitions = (retentionDays: number, log: Logger): CleanupJob => ({
  task: 'drop an old partition of the audit log',
  runBatch: async (pool) => {
    const dropped = await dropPartition(pool, retentionDays);
    if (dropped) log.info(dropped, 'Audit log entries past AUDIT_RETENTION_DAYS were removed');
    return dropped !== undefined;
  },
});
