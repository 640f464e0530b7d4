import { LRUCache } from 'lru-cache';
import type { Pool } from 'pg';
import type { Logger } from 'pino';
import { v7 as uuid } from 'uuid';
import type { RequestInfo } from '../../../platform/context.js';
import { whyUnavailable } from '../../../platform/database/database-errors.js';
import { isClientId } from '../client-id.js';
import type { RefusalReason } from './refusal-reasons.js';
import { insertRefusals } from './refusals.sql.js';

/** How many wait at most. */
const most = 1000;
/** How many go into a statement. */
const batch = 100;
/** Milliseconds. The same is told once in it, and so is that some found no room. */
const pause = 60_000;

/** Somebody who was not let in, or not given what was asked for. */
export interface Refusal {
  /** As the request told it: of an account, or of nobody. */
  clientId: string;
  reason: RefusalReason;
  request: RequestInfo;
}

/**
 * Writes refusals into the trail of the account, at most one a minute for the same account and reason. They are
 * written behind the requests, many by one statement and one statement at a time: a flood of them takes one
 * connection, and those that find no room are counted and left out.
 */
export class Refusals {
  private readonly recent = new LRUCache<string, true>({ max: 10_000, ttl: pause });
  private waiting: Refusal[] = [];
  private leftOut = 0;
  private toldAt = 0;
  private writing: Promise<void> | undefined;

  constructor(
    private readonly pool: Pool,
    private readonly log: Logger,
  ) {}

  /** Never fails, and nobody waits for it: a refusal stands whether it could be recorded or not. */
  refused(refusal: Refusal): void {
    const key = keyOf(refusal);
    if (!isClientId(refusal.clientId) || this.recent.has(key)) return;
    if (this.waiting.length >= most) {
      this.leftOut += 1;
      return;
    }
    this.recent.set(key, true);
    this.waiting.push(refusal);
    this.writing ??= this.writeAll();
  }

  /** Waits for what is being written, a statement or two, and leaves out the rest. */
  async close(): Promise<void> {
    this.waiting = this.waiting.slice(0, batch);
    await this.writing;
  }

  private async writeAll(): Promise<void> {
    // Those of the same turn of the event loop go together.
    await Promise.resolve();
    while (this.waiting.length > 0) await this.write(this.waiting.splice(0, batch));
    this.tellLeftOut();
    this.writing = undefined;
  }

  private tellLeftOut(): void {
    if (this.leftOut === 0 || Date.now() < this.toldAt + pause) return;
    this.log.warn({ count: this.leftOut }, 'refused sign-ins were not recorded: too many at once');
    this.leftOut = 0;
    this.toldAt = Date.now();
  }

  private async write(refusals: Refusal[]): Promise<void> {
    try {
      await insertRefusals(this.pool, [
        refusals.map(() => uuid()),
        refusals.map(({ clientId }) => clientId),
        refusals.map(({ reason }) => reason),
        refusals.map(({ request }) => request.requestId),
        refusals.map(({ request }) => request.ip),
        refusals.map(({ request }) => request.userAgent),
      ]);
    } catch (error) {
      for (const refusal of refusals) this.recent.delete(keyOf(refusal));
      const reason = whyUnavailable(error);
      const why = reason ? { reason } : { err: error };
      this.log.error({ ...why, count: refusals.length }, 'refused sign-ins could not be recorded');
    }
  }
}

const keyOf = ({ clientId, reason }: Refusal): string => `${clientId} ${reason}`;
