import type { Pool } from 'pg';
import type { Logger } from 'pino';
import { whyUnavailable } from '../../../platform/database/database-errors.js';
import type { Credential } from './credential.js';
import { LastUses, writeAccounts, writeKeys, writeSecrets, writeTrusts } from './last-uses.js';
import { addCounts, TokenCounts } from './token-counts.js';

/** The time between two writes, in milliseconds. */
const writeInterval = 10_000;
/**
 * The maximum number of rows that one statement writes. It is small, so that other transactions do not wait long for
 * the row locks.
 */
const batch = 500;
/**
 * The maximum number of accounts, and of credentials of each kind, whose last use waits to be written. They take about
 * 20 MB. Also the maximum number of waiting token counts.
 */
const maxWaiting = 100_000;
/** The time after which `close` starts no more statements, in milliseconds. */
const closeTimeoutMs = 3_000;

/** An account, and the secret, the key or the trust with which it authenticated. */
type UsedCredential = Pick<Credential, 'accountId' | 'type' | 'id'>;

/**
 * Records the last use of accounts, secrets, keys and trusts, and the number of access tokens issued to each account in
 * each hour. Every authentication is a use, because an account that only introspects tokens is in use as well. Usage is
 * noted in memory and written in batches in the background, over one connection. Each last use is written at most once
 * per minute. A process that crashes loses the usage that it has not written.
 */
export class Usage {
  private readonly accounts = new LastUses(maxWaiting);
  private readonly credentials = {
    ServiceAccountSecret: new LastUses(maxWaiting),
    ServiceAccountKey: new LastUses(maxWaiting),
    ServiceAccountTrust: new LastUses(maxWaiting),
  };
  private readonly counts = new TokenCounts(maxWaiting);
  private readonly timer: NodeJS.Timeout;
  private writing: Promise<void> = Promise.resolve();
  private isWriting = false;
  /**
   * The number of uses and issued tokens since the last write that were not recorded, because too much usage was
   * waiting.
   */
  private lost = 0;
  /** The time after which no more statements are started. */
  private deadline = Number.POSITIVE_INFINITY;

  constructor(
    private readonly pool: Pool,
    private readonly log: Logger,
    interval = writeInterval,
  ) {
    this.timer = setInterval(() => {
      if (!this.isWriting) this.writing = this.write(false);
    }, interval);
    this.timer.unref();
  }

  /** Notes that an account authenticated, whatever becomes of its request. */
  authenticated({ accountId, type, id }: UsedCredential): void {
    const now = Date.now();
    this.warnUnless(this.accounts.note(accountId, now), this.credentials[type].note(id, now));
  }

  /** Notes that a token was issued. */
  issued({ accountId }: Pick<UsedCredential, 'accountId'>): void {
    this.warnUnless(this.counts.note(accountId, Date.now()));
  }

  private warnUnless(...noted: boolean[]): void {
    if (!noted.includes(false)) return;
    this.lost += 1;
    if (this.lost > 1) return;
    this.log.warn(
      { most: maxWaiting },
      'Too many last uses and token counts wait for the database; further ones are not recorded',
    );
  }

  /** Writes the remaining usage, within a few seconds. */
  async close(): Promise<void> {
    clearInterval(this.timer);
    this.deadline = Date.now() + closeTimeoutMs;
    await this.writing;
    await this.write(true);
  }

  /** Writes the waiting usage. During an outage of the database, which outage.ts logs, the usage keeps waiting. */
  private async write(all: boolean): Promise<void> {
    this.isWriting = true;
    try {
      await this.writeCounts();
      await this.writeUses(this.accounts, writeAccounts, all);
      await this.writeUses(this.credentials.ServiceAccountSecret, writeSecrets, all);
      await this.writeUses(this.credentials.ServiceAccountKey, writeKeys, all);
      await this.writeUses(this.credentials.ServiceAccountTrust, writeTrusts, all);
      if (this.lost > 0) this.log.warn({ lost: this.lost }, 'Last uses and token counts were not recorded');
      this.lost = 0;
    } catch (error) {
      const reason = whyUnavailable(error);
      if (reason) this.log.debug({ reason }, 'Last uses and token counts wait for the database');
      else this.log.warn({ err: error }, 'Last uses and token counts could not be recorded');
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
      const part = due.slice(from, from + batch);
      const rows = await statement(this.pool, [part.map(({ id }) => id), part.map(({ at }) => new Date(at))]);
      const skipped = new Set(rows.map(({ id }) => id));
      uses.wrote(
        part.filter(({ id }) => !skipped.has(id)),
        Date.now(),
      );
    }
  }

  private readonly hasTime = (): boolean => Date.now() < this.deadline;
}
