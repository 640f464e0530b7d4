import { setTimeout as pause } from 'node:timers/promises';
import type { Pool } from 'pg';
import type { Logger } from 'pino';
import type { Actor } from '../../../platform/audit/insert-events.js';
import type { Pepper } from '../../../platform/crypto.js';
import { whyUnavailable } from '../../../platform/database/database-errors.js';
import type { RequestInfo } from '../../../platform/http/request-info.js';
import { publicId } from '../../../platform/ids.js';
import { endLeakedSecret } from './end-leaked-secret.js';
import { hashesOf, looksLikeSecret } from './secret.js';

/** The maximum number of reports that wait. They take about 5 MB. */
const maxWaiting = 10_000;
/** The time for which a report waits for an unavailable database, in milliseconds. */
const maxAgeMs = 60 * 60 * 1000;
/** The time between two attempts while the database is unavailable, in milliseconds. */
const retryMs = 1_000;
/** The time after which `close` starts no more statements, in milliseconds. */
const closeTimeoutMs = 3_000;

/** A report in memory. It has the hashes instead of the secret, so that nothing can log or dump the secret. */
interface Report {
  hashes: string;
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
      else this.waiting.push({ hashes: hashesOf(secret, this.peppers).join(','), foundAt, actor, until });
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
      const report = this.waiting.shift() as Report;
      if (await this.end(report)) continue;
      // The report goes to the end of the queue, because only its account may be locked.
      if (Date.now() < report.until) this.waiting.push(report);
      else this.lost += 1;
      await pause(retryMs);
    }
    if (this.waiting.length === 0) this.logLost();
    this.writing = undefined;
  }

  /** @returns whether the report is done. If not, the database is unavailable. */
  private async end({ hashes, foundAt, actor }: Report): Promise<boolean> {
    try {
      const [leaked] = await endLeakedSecret(this.pool, [hashes, null, JSON.stringify(actor), foundAt]);
      if (leaked?.wasValid) {
        const accountId = publicId('ServiceAccount', leaked.accountId);
        const secretId = publicId('ServiceAccountSecret', leaked.id);
        this.log.warn({ accountId, secretId, requestId: actor.requestId }, 'A leaked secret was revoked');
      }
      return true;
    } catch (error) {
      const reason = whyUnavailable(error);
      if (reason) this.log.debug({ reason }, 'Reports of leaked secrets wait for the database');
      else this.log.error({ err: error, requestId: actor.requestId }, 'A report of a leaked secret failed');
      return reason === undefined;
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
