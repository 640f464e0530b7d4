import type { Logger } from 'pino';
import { whyUnavailable } from './database-errors.js';

/** Milliseconds without a fault after which an outage has ended: some connections may work while others still fail. */
const settlingMs = 1000;

/** Logs that the database went away and that it is back, with one line each, however many requests notice. */
export class Outage {
  private since: number | undefined;
  private lastFault = 0;

  constructor(private readonly log: Logger) {}

  begin(error: Error): void {
    this.lastFault = Date.now();
    if (this.since !== undefined) return;
    this.since = this.lastFault;
    const reason = whyUnavailable(error) ?? error.message;
    this.log.warn({ reason }, 'a connection to the database failed');
  }

  end(): void {
    if (this.since === undefined || Date.now() - this.lastFault < settlingMs) return;
    this.log.info({ seconds: (Date.now() - this.since) / 1000 }, 'the database answers again');
    this.since = undefined;
  }
}
