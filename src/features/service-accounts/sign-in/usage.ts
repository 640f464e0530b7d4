import type { Pool } from 'pg';
import type { Logger } from 'pino';
import { whyUnavailable } from '../../../platform/database/database-errors.js';
import { LastUses } from './last-uses.js';
import { writeAccounts, writeSecrets } from './last-uses.sql.js';
import { TokenCounts } from './token-counts.js';
import { addCounts } from './token-counts.sql.js';

/** Milliseconds between two times that it writes. */
const usualInterval = 10_000;
/** Rows of a statement: few enough that nobody waits for long behind their locks. */
const batch = 500;
/** Accounts and secrets whose use waits to be written. They take some 15 MB. */
const most = 100_000;
/** Milliseconds after which `close` begins no more statements. */
const patience = 3_000;

/** A token that was issued, by the ids as they are stored. */
export interface SignIn {
  accountId: string;
  secretId: string;
}

/**
 * When accounts and secrets were last used, and how many tokens accounts were issued in each hour. It is noted in
 * memory, and written in batches while others serve requests, over one connection: last uses at most once a minute
 * for each account and secret. What a process that crashes had noted since is lost.
 */
export class Usage {
  private readonly accounts = new LastUses(most);
  private readonly secrets = new LastUses(most);
  private readonly counts = new TokenCounts(most);
  private readonly timer: NodeJS.Timeout;
  private writing: Promise<void> = Promise.resolve();
  private isWriting = false;
  /** Sign-ins that found no room since the last write. */
  private lost = 0;
  /** When no more statements are begun. */
  private deadline = Number.POSITIVE_INFINITY;

  constructor(
    private readonly pool: Pool,
    private readonly log: Logger,
    interval = usualInterval,
  ) {
    this.timer = setInterval(() => {
      if (!this.isWriting) this.writing = this.write(false);
    }, interval);
    this.timer.unref();
  }

  /** Takes note of a token. */
  signedIn({ accountId, secretId }: SignIn): void {
    const now = Date.now();
    const noted = [
      this.accounts.note(accountId, now),
      this.secrets.note(secretId, now),
      this.counts.note(accountId, now),
    ];
    if (!noted.includes(false)) return;
    this.lost += 1;
    if (this.lost > 1) return;
    this.log.warn({ most }, 'as many sign-ins wait to be written as are kept: those of others are not noted');
  }

  /** Writes what is left, for some seconds at most. */
  async close(): Promise<void> {
    clearInterval(this.timer);
    this.deadline = Date.now() + patience;
    await this.writing;
    await this.write(true);
  }

  /** An outage of the database is told elsewhere (outage.ts), and what waits goes on waiting. */
  private async write(all: boolean): Promise<void> {
    this.isWriting = true;
    try {
      await this.writeCounts();
      await this.writeUses(this.accounts, writeAccounts, all);
      await this.writeUses(this.secrets, writeSecrets, all);
      if (this.lost > 0) this.log.warn({ lost: this.lost }, 'sign-ins were not noted');
      this.lost = 0;
    } catch (error) {
      const reason = whyUnavailable(error);
      if (reason) this.log.debug({ reason }, 'sign-ins wait for the database');
      else this.log.warn({ err: error }, 'sign-ins could not be written');
    } finally {
      this.isWriting = false;
    }
  }

  private async writeCounts(): Promise<void> {
    for (let next = this.counts.next(batch); next && this.hasTime(); next = this.counts.next(batch)) {
      const { id, counts } = next;
      await addCounts(this.pool, [
        id,
        counts.map(({ accountId }) => accountId),
        counts.map(({ hour }) => new Date(hour)),
        counts.map(({ count }) => count),
      ]);
      this.counts.wrote();
    }
  }

  private async writeUses(uses: LastUses, statement: typeof writeAccounts, all: boolean): Promise<void> {
    const due = uses.due(Date.now(), all);
    for (let from = 0; from < due.length && this.hasTime(); from += batch) {
      const some = due.slice(from, from + batch);
      const rows = await statement(this.pool, [some.map(({ id }) => id), some.map(({ at }) => new Date(at))]);
      const leftOut = new Set(rows.map(({ id }) => id));
      uses.wrote(
        some.filter(({ id }) => !leftOut.has(id)),
        Date.now(),
      );
    }
  }

  private readonly hasTime = (): boolean => Date.now() < this.deadline;
}
