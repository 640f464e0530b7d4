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
  private counts = new Map<string, Count>();
  private batch: Batch | undefined;

  /** @param most how many accounts and hours wait at most; those that wait count on */
  constructor(private readonly most: number) {}

  /** @returns whether there was room for it */
  note(accountId: string, at: number): boolean {
    const key = `${accountId} ${hourOf(at)}`;
    const known = this.counts.get(key);
    if (known) known.count += 1;
    else if (this.counts.size < this.most) this.counts.set(key, { accountId, hour: hourOf(at), count: 1 });
    else return false;
    return true;
  }

  /**
   * What is to be added next: the same again until it has been written, since nobody knows whether a statement
   * without an answer has come to pass.
   */
  next(size: number): Batch | undefined {
    if (this.batch || this.counts.size === 0) return this.batch;
    const counts: Count[] = [];
    for (const [key, count] of this.counts) {
      if (counts.length >= size) break;
      this.counts.delete(key);
      counts.push(count);
    }
    this.batch = { id: uuid(), counts };
    return this.batch;
  }

  /** Of the batch that was next. */
  wrote(): void {
    this.batch = undefined;
  }
}
