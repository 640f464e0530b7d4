import { v7 as uuid } from 'uuid';

/** Milliseconds. Hours are those of UTC. */
export const hour = 3_600_000;

export const hourOf = (time: number): number => time - (time % hour);

interface Count {
  accountId: string;
  hour: number;
  count: number;
}

/** Counts that are added together, once. */
export interface Batch {
  id: string;
  counts: Count[];
}

/** How many tokens accounts were issued in which hour, until that is written. Bounded, whatever the database does. */
export class TokenCounts {
  /** By their hours, and then by their accounts: a key for both would be built anew for each token. */
  private readonly hours = new Map<number, Map<string, Count>>();
  private waiting = 0;
  private batch: Batch | undefined;

  /** @param most how many accounts and hours wait at most; those that wait count on */
  constructor(private readonly most: number) {}

  /** @returns whether there was room for it */
  note(accountId: string, at: number): boolean {
    const begun = hourOf(at);
    const accounts = this.hours.get(begun) ?? new Map<string, Count>();
    const known = accounts.get(accountId);
    if (known) {
      known.count += 1;
      return true;
    }
    if (this.waiting >= this.most) return false;
    this.hours.set(begun, accounts.set(accountId, { accountId, hour: begun, count: 1 }));
    this.waiting += 1;
    return true;
  }

  /**
   * What is to be added next: the same again until it has been written, since nobody knows whether a statement
   * without an answer has come to pass.
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

  /** Of the batch that was next. */
  wrote(): void {
    this.batch = undefined;
  }
}
