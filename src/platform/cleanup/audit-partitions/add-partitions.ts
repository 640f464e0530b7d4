import type { Pool } from 'pg';
import { type Database, run } from '../../database/sql.js';
import { isLonger, missingRanges, type Range } from './partition-range.js';
import { changePartitions, findPartitions, type Partition } from './partitions.js';

/**
 * Adds partitions to the audit log, so that the current month and the next three have one. Entries with a later time go
 * to the default partition.
 * @param months the number of months that a new partition covers
 */
export async function addPartitions(pool: Pool, months: number): Promise<void> {
  const { removable, ranges } = await planChange(pool, months);
  if (removable || ranges.length > 0) await changePartitions(pool, (tx) => applyChange(tx, months));
}

interface Change {
  /** The last partition, if it is in the future and longer than partitions are now. */
  removable: Partition | undefined;
  ranges: Range[];
}

async function planChange(on: Database, months: number): Promise<Change> {
  const [clock] = await run<{ now: Date }>(on, { text: 'select now()' });
  const now = clock?.now ?? new Date();
  const partitions = await findPartitions(on);
  const last = partitions.at(-1);
  const isFuture = last?.from && last.from > now && isLonger({ from: last.from, until: last.until }, months);
  const removable = isFuture && (await isEmpty(on, last)) ? last : undefined;
  const until = removable?.from ?? last?.until ?? now;
  return { removable, ranges: missingRanges(until, now, months) };
}

async function applyChange(tx: Database, months: number): Promise<void> {
  // Nobody may write to the default partition while its entries move. Other partitions can be written to until the end.
  await run(tx, { text: 'lock table audit_event_default in access exclusive mode' });
  const { removable, ranges } = await planChange(tx, months);
  if (removable) await run(tx, { text: `drop table ${removable.name}` });
  for (const range of ranges) await addPartition(tx, range);
}

const isEmpty = async (on: Database, { name }: Partition): Promise<boolean> =>
  (await run(on, { text: `select from ${name} limit 1` })).length === 0;

/** Creates a partition, and moves the entries of its time from the default partition. */
async function addPartition(tx: Database, { from, until }: Range): Promise<void> {
  const name = `audit_event_${from.toISOString().slice(0, 7).replace('-', '_')}`;
  await run(tx, { text: `create table ${name} (like audit_event including all)` });
  await moveEntries(tx, name, { from, until });
  // A statement that defines a table has no parameters. The times are the gateway's own.
  const bounds = `from ('${from.toISOString()}') to ('${until.toISOString()}')`;
  await run(tx, { text: `alter table audit_event attach partition ${name} for values ${bounds}` });
  await run(tx, { text: appendOnly(name) });
}

/** Moves entries. The trigger that rejects deletions is off within this transaction, which has locked the table. */
async function moveEntries(tx: Database, name: string, { from, until }: Range): Promise<void> {
  const where = 'from audit_event_default where occurred_at >= $1 and occurred_at < $2';
  const values = [from, until];
  const [first] = await run(tx, { text: `select ${where} limit 1`, values });
  if (!first) return;
  await run(tx, { text: 'alter table audit_event_default disable trigger audit_event_append_only' });
  await run(tx, {
    text: `with moved as (delete ${where} returning *) insert into ${name} select * from moved`,
    values,
  });
  await run(tx, { text: 'alter table audit_event_default enable trigger audit_event_append_only' });
}

/** A partition gets the triggers for each row from the audit log, but not the triggers for each statement. */
const appendOnly = (name: string): string => `
  create trigger audit_event_append_only
    before delete or truncate or update of
      occurred_at, id, tenant_id, caller_realm, caller_id, action, target, outcome, request_id, ip, user_agent,
      before, after
    on ${name} for each statement execute function refuse_change()`;
