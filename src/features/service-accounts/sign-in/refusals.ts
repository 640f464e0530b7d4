import { LRUCache } from 'lru-cache';
import type { Pool } from 'pg';
import type { Logger } from 'pino';
import { v7 as uuid } from 'uuid';
import type { RequestInfo } from '../../../platform/context.js';
import { whyUnavailable } from '../../../platform/database/database-errors.js';
import { isClientId } from '../client-id.js';
import { insertRefusals } from './refusals.sql.js';

/** The reasons why a request for a token is refused: the `reason` of an audit event. */
export const refusalReasons = [
  // No secret of the account has this value, or the one that had it was deleted long after its end.
  'wrong_secret',
  'secret_revoked',
  'secret_expired',
  'account_disabled',
  'account_deleted',
  'account_expired',
  'tenant_suspended',
  // The request asked for a permission that the account is not granted.
  'invalid_scope',
] as const;
export type RefusalReason = (typeof refusalReasons)[number];

/** The number of refusals that may wait to be recorded. */
const maxWaiting = 1000;
/** The number of refusals that one statement records. */
const batch = 100;
/** Milliseconds in which the same refusal is recorded once, and in which the log says once that some were left out. */
const minInterval = 60_000;

/** A request for a token that was refused. */
export interface Refusal {
  /** The client id that the request named. There may be no such account. */
  clientId: string;
  reason: RefusalReason;
  request: RequestInfo;
}

/**
 * Records refusals in the audit trail of the account, at most one a minute for the same account and reason. That is
 * done in the background, many by one statement and one statement at a time, so that a flood of refusals takes one
 * connection. Those for which there is no room are counted and left out.
 */
export class Refusals {
  private readonly recent = new LRUCache<string, true>({ max: 10_000, ttl: minInterval });
  private waiting: Refusal[] = [];
  private omitted = 0;
  private loggedAt = 0;
  private writing: Promise<void> | undefined;

  constructor(
    private readonly pool: Pool,
    private readonly log: Logger,
  ) {}

  /** Queues a refusal. It never fails: the request is refused, whether that could be recorded or not. */
  refused(refusal: Refusal): void {
    const key = keyOf(refusal);
    if (!isClientId(refusal.clientId) || this.recent.has(key)) return;
    if (this.waiting.length >= maxWaiting) {
      this.omitted += 1;
      return;
    }
    this.recent.set(key, true);
    this.waiting.push(refusal);
    this.writing ??= this.writeAll();
  }

  /** Waits for the current statement and one more, and leaves out the rest. */
  async close(): Promise<void> {
    this.waiting = this.waiting.slice(0, batch);
    await this.writing;
  }

  private async writeAll(): Promise<void> {
    // Refusals of the same turn of the event loop go into one statement.
    await Promise.resolve();
    while (this.waiting.length > 0) await this.write(this.waiting.splice(0, batch));
    this.logOmitted();
    this.writing = undefined;
  }

  private logOmitted(): void {
    if (this.omitted === 0 || Date.now() < this.loggedAt + minInterval) return;
    this.log.warn(
      { count: this.omitted },
      'Rejected token requests were not recorded in the audit log: too many at the same time',
    );
    this.omitted = 0;
    this.loggedAt = Date.now();
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
      this.log.error(
        { ...why, count: refusals.length },
        'Rejected token requests could not be recorded in the audit log',
      );
    }
  }
}

const keyOf = ({ clientId, reason }: Refusal): string => `${clientId} ${reason}`;
