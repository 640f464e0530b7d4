import { prepared } from '../../../platform/database/sql.js';

/** Milliseconds. Within this time each row is written at most once. */
const minInterval = 60_000;

/** A use that waits to be written. */
interface Use {
  id: string;
  /** Milliseconds since the epoch. */
  at: number;
}

/** Remembers when things were last used until that is written. Its size is bounded, whatever the database does. */
export class LastUses {
  private readonly uses = new Map<string, number>();
  /** When each id was last written, the earliest first. */
  private readonly written = new Map<string, number>();

  /** @param max how many uses may wait, and how many may be written within a minute */
  constructor(private readonly max: number) {}

  /** @returns whether there was room for it */
  note(id: string, at: number): boolean {
    if (this.uses.size >= this.max && !this.uses.has(id)) return false;
    this.uses.set(id, at);
    return true;
  }

  /** Returns the uses that may be written now. @param all includes ids that were written within the last minute */
  due(now: number, all: boolean): Use[] {
    for (const [id, at] of this.written) {
      // A time in the future comes from a clock that was set back, and delays nothing.
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

  /** Removes uses that have been written. A use that was noted in the meantime waits for the next minute. */
  wrote(uses: readonly Use[], now: number): void {
    for (const { id, at } of uses) {
      if (this.uses.get(id) === at) this.uses.delete(id);
      this.written.delete(id);
      this.written.set(id, now);
    }
  }
}

/**
 * Prepares the statement that sets when rows were last used, unless they were used later. It skips rows that are locked
 * and returns their ids. So it takes part in no deadlock, and a lock on one row does not delay the others.
 * @returns runs it. The ids that it returns do not include those of deleted rows
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
 * Writes the last uses of accounts. It leaves `version` and `updated_at` alone, since nobody has changed the account.
 */
export const writeAccounts = prepareWrite('last-uses-of-accounts', 'service_account');
export const writeSecrets = prepareWrite('last-uses-of-secrets', 'service_account_secret');
