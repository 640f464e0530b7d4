import type { Pool } from 'pg';
import { v7 as uuid } from 'uuid';
import { actorFrom, insertEventsSql } from '../../audit/insert-events.js';
import { type Database, partitionStatement, run } from '../../database/sql.js';
import { gatewayActor } from '../gateway-actor.js';
import { changePartitions, findPartitions, type Partition } from './partitions.js';

/** A dropped part of the audit log. The names of the times are those of the filter for audit log entries. */
export interface Dropped {
  /** The start of the time, or of the first partition the time of its oldest entry. Null if it had no entries. */
  occurredAfter: Date | null;
  occurredBefore: Date;
  count: number;
}

/**
 * Drops the oldest partition of the audit log if all its entries are older than the retention, and records this.
 * @returns what was dropped, or undefined if there was nothing to drop
 */
export async function dropPartition(pool: Pool, retentionDays: number): Promise<Dropped | undefined> {
  if (!(await findExpired(pool, retentionDays))) return undefined;
  const dropExpired = async (tx: Database) => {
    const partition = await findExpired(tx, retentionDays);
    return partition && drop(tx, partition);
  };
  return changePartitions(pool, dropExpired, partitionStatement);
}

/** Finds the oldest partition if it is past the retention by both clocks, so that a wrong clock destroys nothing. */
async function findExpired(on: Database, retentionDays: number): Promise<Partition | undefined> {
  const before = 'select least(now(), $1::timestamptz) - make_interval(days => $2) as time';
  const [end] = await run<{ time: Date }>(on, { text: before, values: [new Date(), retentionDays] });
  const [oldest] = await findPartitions(on);
  return oldest && end && oldest.until <= end.time ? oldest : undefined;
}

async function drop(tx: Database, { name, from, until }: Partition): Promise<Dropped> {
  // Until the end, this lock keeps the number right, and lets requests read the audit log and write to its other parts.
  await run(tx, { text: `lock table ${name} in share row exclusive mode` });
  const entries = `select count(*)::float8 as count, min(occurred_at) as oldest from ${name}`;
  const [row] = await run<{ count: number; oldest: Date | null }>(tx, { text: entries });
  const dropped = {
    occurredAfter: from ?? row?.oldest ?? null,
    occurredBefore: until,
    count: row?.count ?? 0,
  };
  const values = [JSON.stringify(gatewayActor()), JSON.stringify(dropped), uuid()];
  await run(tx, { text: recordDrop, values });
  await run(tx, { text: `drop table ${name}` });
  return dropped;
}

const recordDrop = insertEventsSql({
  actor: actorFrom('$1'),
  action: `'audit_event.remove'`,
  target: 'null',
  id: '$3::uuid',
  before: '$2::jsonb',
  from: '(values (1)) one',
});
