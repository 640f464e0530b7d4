import type { Logger } from 'pino';
import { whyUnavailable } from './unavailable.js';

/** Milliseconds without a fault. Connections that still work do not mean that it is over while others fail. */
const settling = 1000;

/** Logs that the database went away, and that it is back: a line each, however many requests notice. */
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
    if (this.since === undefined || Date.now() - this.lastFault < settling) return;
    this.log.info({ seconds: (Date.now() - this.since) / 1000 }, 'the database answers again');
    this.since = undefined;
  }
}
