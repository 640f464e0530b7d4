import { prepared } from '../../../platform/database/sql.js';

/** The minimum time between two writes of the same row, in milliseconds. */
const minInterval = 60_000;

/** A last use that waits to be written. */
interface Use {
  id: string;
  /** Milliseconds since the epoch. */
  at: number;
}

/**
 * Keeps the last uses of accounts, secrets, keys or trusts until they are written. The size is bounded, even if the
 * database is unavailable.
 */
export class LastUses {
  private readonly uses = new Map<string, number>();
  /** The time at which each ID was last written, oldest first. */
  private readonly written = new Map<string, number>();

  /** @param max the maximum number of waiting uses, and of uses that are written within a minute */
  constructor(private readonly max: number) {}

  /** Notes a use. @returns false if too many uses are waiting */
  note(id: string, at: number): boolean {
    if (this.uses.size >= this.max && !this.uses.has(id)) return false;
    this.uses.set(id, at);
    return true;
  }

  /** Returns the uses to write now. @param all whether to include IDs that were written within the last minute */
  due(now: number, all: boolean): Use[] {
    for (const [id, at] of this.written) {
      // A time in the future means that the clock was set back. It must not delay a write.
      if (at <= now && now < at + minInterval) break;
      this.written.delete(id);
    }
    const due: Use[] = [];
    for (const [id, at] of this.uses) {
      if (!all && this.written.size + due.length >= this.max) break;
      if (all || !this.written.has(id)) due.push({ id, at });
    }
    return due;
  }

  /** Removes uses that were written. A use that was noted in the meantime remains, and waits for the next minute. */
  wrote(uses: readonly Use[], now: number): void {
    for (const { id, at } of uses) {
      if (this.uses.get(id) === at) this.uses.delete(id);
      this.written.delete(id);
      this.written.set(id, now);
    }
  }
}

/**
 * Prepares the statement that stores the last uses of rows, unless a later use is stored. It skips locked rows and
 * returns their IDs. It therefore cannot take part in a deadlock, and a lock on one row does not delay the others.
 * @returns a function that runs the statement; the IDs that it returns do not include deleted rows
 */
const prepareWrite = (name: string, table: string) =>
  prepared<{ id: string }>(
    name,
    `with used as (
       select id, at from unnest($1::uuid[], $2::timestamptz[]) as used (id, at)
     ),
     held as (
       select stored.id, used.at from ${table} stored join used on used.id = stored.id
       where stored.last_used_at is null or stored.last_used_at < used.at
       order by stored.id for no key update of stored skip locked
     ),
     written as (
       update ${table} stored set last_used_at = greatest(stored.last_used_at, held.at) from held
       where stored.id = held.id returning stored.id
     )
     select stored.id from ${table} stored join used on used.id = stored.id
     where (stored.last_used_at is null or stored.last_used_at < used.at)
       and not exists (select from written where written.id = stored.id)`,
  );

/**
 * Writes the last uses of accounts. It leaves `version` and `updated_at` unchanged, because a use does not change the
 * account.
 */
export const writeAccounts = prepareWrite('last-uses-of-accounts', 'service_account');
export const writeSecrets = prepareWrite('last-uses-of-secrets', 'service_account_secret');
export const writeKeys = prepareWrite('last-uses-of-keys', 'service_account_key');
export const writeTrusts = prepareWrite('last-uses-of-trusts', 'service_account_trust');
