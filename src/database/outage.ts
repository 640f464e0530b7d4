import type { Logger } from 'pino';
import { whyUnavailable } from './unavailable.js';

/** Logs that the database went away, and that it is back: a line each, however many requests notice. */
export class Outage {
  private since: number | undefined;

  constructor(private readonly log: Logger) {}

  begin(error: Error): void {
    if (this.since !== undefined) return;
    this.since = Date.now();
    const reason = whyUnavailable(error) ?? error.message;
    this.log.warn({ reason }, 'a connection to the database failed');
  }

  end(): void {
    if (this.since === undefined) return;
    this.log.info({ seconds: (Date.now() - this.since) / 1000 }, 'the database answers again');
    this.since = undefined;
  }
}
