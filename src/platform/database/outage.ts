import type { Logger } from 'pino';
import { whyUnavailable } from './database-errors.js';

/** Milliseconds without a fault after which an outage has ended: some connections may work while others still fail. */
const settlingMs = 1000;

/** Logs the begin and the end of an outage of the database with one line each, however many requests notice it. */
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
