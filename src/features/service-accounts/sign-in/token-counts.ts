import { v7 as uuid } from 'uuid';
import { prepared } from '../../../platform/database/sql.js';

/** Milliseconds. */
export const hour = 3_600_000;

/** Returns when the hour of a time began, in UTC. */
export const hourOf = (time: number): number => time - (time % hour);

interface Count {
  accountId: string;
  hour: number;
  count: number;
}

/** Counts that are added together, and only once. */
interface Batch {
  id: string;
  counts: Count[];
}

/**
 * Counts the tokens that accounts were issued in each hour, until the counts are written. Their number is bounded,
 * whatever the database does.
 */
export class TokenCounts {
  /** The counts by hour and then by account. A key of both would have to be built for each token. */
  private readonly hours = new Map<number, Map<string, Count>>();
  private waiting = 0;
  private batch: Batch | undefined;

  /** @param max how many counts may wait. Those that wait go on counting */
  constructor(private readonly max: number) {}

  /** @returns whether there was room for it */
  note(accountId: string, at: number): boolean {
    const begun = hourOf(at);
    const accounts = this.hours.get(begun) ?? new Map<string, Count>();
    const known = accounts.get(accountId);
    if (known) {
      known.count += 1;
      return true;
    }
    if (this.waiting >= this.max) return false;
    this.hours.set(begun, accounts.set(accountId, { accountId, hour: begun, count: 1 }));
    this.waiting += 1;
    return true;
  }

  /**
   * Returns the counts that are added next. It returns the same batch again until that has been written, since a
   * statement without an answer may have been executed or not.
   */
  next(size: number): Batch | undefined {
    if (this.batch || this.waiting === 0) return this.batch;
    const counts: Count[] = [];
    for (const [begun, accounts] of this.hours) {
      for (const [accountId, count] of accounts) {
        if (counts.length >= size) break;
        accounts.delete(accountId);
        counts.push(count);
      }
      if (accounts.size === 0) this.hours.delete(begun);
    }
    this.waiting -= counts.length;
    this.batch = { id: uuid(), counts };
    return this.batch;
  }

  /** Ends the batch that `next` has returned last. */
  wrote(): void {
    this.batch = undefined;
  }
}

/**
 * Adds a batch of counts ($2 to $4), in the order of their keys, so that gateways that add to the same rows wait for
 * each other and do not deadlock. A batch whose id ($1) was added before is not added again. Counts of accounts that
 * were deleted in the meantime are left out.
 */
export const addCounts = prepared(
  'add-token-counts',
  `with batch as (
     insert into token_count_batch (id) values ($1::uuid) on conflict do nothing returning id
   )
   insert into token_count (service_account_id, hour, count)
   select counted.id, counted.hour, counted.count
   from unnest($2::uuid[], $3::timestamptz[], $4::integer[]) as counted (id, hour, count)
     join service_account account on account.id = counted.id
   where exists (select from batch)
   order by counted.id, counted.hour
   on conflict (service_account_id, hour) do update set count = token_count.count + excluded.count`,
);
