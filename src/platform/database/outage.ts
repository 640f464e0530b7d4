import type { Logger } from 'pino';
import { whyUnavailable } from './database-errors.js';

/**
 * An outage has ended after this many milliseconds without a fault. Until then, some connections may work while others
 * still fail.
 */
const settlingMs = 1000;

/** Logs the beginning and the end of a database outage. Each is logged once, however many requests fail. */
export class Outage {
  private since: number | undefined;
  private lastFault = 0;

  constructor(private readonly log: Logger) {}

  begin(error: Error): void {
    this.lastFault = Date.now();
    if (this.since !== undefined) return;
    this.since = this.lastFault;
    const reason = whyUnavailable(error) ?? error.message;
    this.log.warn({ reason }, 'Connection to the database failed');
  }

  end(): void {
    if (this.since === undefined || Date.now() - this.lastFault < settlingMs) return;
    this.log.info({ seconds: (Date.now() - this.since) / 1000 }, 'Database is reachable again');
    this.since = undefined;
  }
}
