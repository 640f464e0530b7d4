import { setTimeout as pause } from 'node:timers/promises';
import type { Pool } from 'pg';
import type { Logger } from 'pino';
import type { Actor } from '../../../platform/audit/insert-events.js';
import type { Pepper } from '../../../platform/crypto.js';
import { whyUnavailable } from '../../../platform/database/database-errors.js';
import type { RequestInfo } from '../../../platform/http/request-info.js';
import { publicId } from '../../../platform/ids.js';
import { endLeakedSecret, findStoredHashes } from './end-leaked-secret.js';
import { hashesOf, looksLikeSecret } from './secret.js';

/** The maximum number of reports that wait. They take about 5 MB. */
const maxWaiting = 10_000;
/** The maximum number of reports that one statement looks for. */
const batch = 500;
/** The time for which a report waits for an unavailable database, in milliseconds. */
const maxAgeMs = 60 * 60 * 1000;
/** The time between two attempts while the database is unavailable, in milliseconds. */
const retryMs = 1_000;
/** The time after which `close` starts no more statements, in milliseconds. */
const closeTimeoutMs = 3_000;

/** A report in memory. It has the hashes instead of the secret, so that nothing can log or dump the secret. */
interface Report {
  hashes: string[];
  foundAt: string | null;
  actor: Actor;
  until: number;
}

/** A text that a scanner takes for a secret. */
export interface FoundSecret {
  secret: string;
  /** Where it was found, for the audit log. */
  foundAt: string | null;
}

/**
 * Revokes secrets that scanners report without credentials, each alone and in any tenant. It runs in the background,
 * over one connection, so that the time of a response tells nothing about a secret. During an outage of the database,
 * reports wait. A process that crashes loses the reports that wait.
 */
export class LeakedSecretReports {
  private readonly waiting: Report[] = [];
  private writing: Promise<void> | undefined;
  /** The number of reports that were not processed since the last log entry about them. */
  private lost = 0;
  /** The time after which no more statements are started. */
  private deadline = Number.POSITIVE_INFINITY;

  constructor(
    private readonly pool: Pool,
    private readonly peppers: readonly Pepper[],
    private readonly log: Logger,
  ) {}

  /** Queues the secrets in a request. Never fails, because the response has already been sent. */
  reported(found: readonly FoundSecret[], request: RequestInfo): void {
    // The realm is empty, which no realm in the realms file can be.
    const actor: Actor = { realm: '', id: 'secret-scanning', name: null, email: null, ...request };
    const until = Date.now() + maxAgeMs;
    for (const { secret, foundAt } of found.filter(({ secret }) => looksLikeSecret(secret))) {
      if (this.waiting.length >= maxWaiting) this.warnFull();
      else this.waiting.push({ hashes: hashesOf(secret, this.peppers), foundAt, actor, until });
    }
    if (this.waiting.length > 0) this.writing ??= this.endAll();
  }

  /** Processes the reports that wait, within a few seconds. */
  async close(): Promise<void> {
    this.deadline = Date.now() + closeTimeoutMs;
    await this.writing;
    this.lost += this.waiting.length;
    this.logLost();
  }

  private async endAll(): Promise<void> {
    while (this.waiting.length > 0 && Date.now() < this.deadline) {
      const reports = this.waiting.splice(0, batch);
      const stored = await this.attempt(() => this.storedOf(reports), []);
      const unfinished = stored === undefined ? reports : await this.endEach(stored);
      if (unfinished.length > 0) await this.retryLater(unfinished);
    }
    if (this.waiting.length === 0) this.logLost();
    this.writing = undefined;
  }

  /** Returns the reports of secrets that exist. */
  private async storedOf(reports: Report[]): Promise<Report[]> {
    const rows = await findStoredHashes(this.pool, [reports.flatMap(({ hashes }) => hashes).join(',')]);
    const found = new Set(rows.map(({ hash }) => hash));
    return reports.filter(({ hashes }) => hashes.some((hash) => found.has(hash)));
  }

  /** @returns the reports that are not done, because the database is unavailable or an account is locked */
  private async endEach(reports: Report[]): Promise<Report[]> {
    const unfinished: Report[] = [];
    for (const report of reports) {
      const isDone = Date.now() < this.deadline && (await this.attempt(() => this.end(report), true));
      if (!isDone) unfinished.push(report);
    }
    return unfinished;
  }

  /** Puts reports at the end of the queue, because only their accounts may be locked. */
  private async retryLater(reports: Report[]): Promise<void> {
    const current = reports.filter(({ until }) => Date.now() < until);
    this.lost += reports.length - current.length;
    this.waiting.push(...current);
    if (Date.now() < this.deadline) await pause(retryMs);
  }

  private async end({ hashes, foundAt, actor }: Report): Promise<true> {
    const parameters = [hashes.join(','), null, JSON.stringify(actor), foundAt];
    const [leaked] = await endLeakedSecret(this.pool, parameters);
    if (leaked?.wasValid) {
      const accountId = publicId('ServiceAccount', leaked.accountId);
      const secretId = publicId('ServiceAccountSecret', leaked.id);
      this.log.warn({ accountId, secretId, requestId: actor.requestId }, 'A leaked secret was revoked');
    }
    return true;
  }

  /**
   * Runs a statement.
   * @param failed the result of an unexpected error, which another attempt would only repeat
   * @returns undefined if the database is unavailable
   */
  private async attempt<Result>(run: () => Promise<Result>, failed: Result): Promise<Result | undefined> {
    try {
      return await run();
    } catch (error) {
      const reason = whyUnavailable(error);
      if (reason) this.log.debug({ reason }, 'Reports of leaked secrets wait for the database');
      else this.log.error({ err: error }, 'Reports of leaked secrets failed');
      return reason ? undefined : failed;
    }
  }

  private warnFull(): void {
    this.lost += 1;
    if (this.lost > 1) return;
    this.log.warn({ most: maxWaiting }, 'Too many reports of leaked secrets wait; further ones are dropped');
  }

  private logLost(): void {
    if (this.lost > 0) this.log.warn({ lost: this.lost }, 'Reports of leaked secrets were dropped');
    this.lost = 0;
  }
}
