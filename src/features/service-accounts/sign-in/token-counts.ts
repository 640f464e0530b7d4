import { v7 as uuid } from 'uuid';
import { prepared } from '../../../platform/database/sql.js';

/** One hour in milliseconds. */
export const hour = 3_600_000;

/** Returns the start of the hour of a time, in UTC. */
export const hourOf = (time: number): number => time - (time % hour);

interface Count {
  accountId: string;
  hour: number;
  count: number;
}

/** Counts that one statement adds, and only once. */
interface Batch {
  id: string;
  counts: Count[];
}

/**
 * Counts the access tokens that were issued to each account in each hour, until the counts are written. The number of
 * counts is bounded, even if the database is unavailable.
 */
export class TokenCounts {
  /** The counts by hour and then by account. A combined key would have to be created for each token. */
  private readonly hours = new Map<number, Map<string, Count>>();
  private waiting = 0;
  private batch: Batch | undefined;

  /** @param max the maximum number of waiting counts; a waiting count can still increase */
  constructor(private readonly max: number) {}

  /** Counts a token. @returns false if too many counts are waiting */
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
   * Returns the next batch to write. It returns the same batch until `wrote` is called, because a statement without a
   * response may or may not have been executed.
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

  /** Removes the batch that `next` returned, after it was written. */
  wrote(): void {
    this.batch = undefined;
  }
}

/**
 * Adds a batch of counts ($2 to $4), in the order of their keys. Gateways that add to the same rows therefore wait for
 * each other instead of causing a deadlock. A batch whose ID ($1) was added before is not added again. Counts of
 * accounts that were removed in the meantime are omitted.
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
