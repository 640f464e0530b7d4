import { LRUCache } from 'lru-cache';
import type { Pool } from 'pg';
import type { Logger } from 'pino';
import { v7 as uuid } from 'uuid';
import { restOfMinute } from '../../../platform/audit/once-a-minute.js';
import { atMost } from '../../../platform/cache-size.js';
import { whyUnavailable } from '../../../platform/database/database-errors.js';
import type { RequestInfo } from '../../../platform/http/request-info.js';
import { isClientId } from '../client-id.js';
import { insertRefusals } from './refusals.sql.js';

/** The codes of errors after the client has authenticated, which are reasons themselves (RFC 6749, section 5.2). */
const errorCodes = [
  'invalid_request',
  'unsupported_grant_type',
  // The request contained a permission that the account does not have.
  'invalid_scope',
  // The request named another audience than that of the access tokens (RFC 8707, section 2).
  'invalid_target',
  // The client wanted to revoke the token of another client.
  'invalid_grant',
] as const;
export type ErrorCode = (typeof errorCodes)[number];

/** The reasons why a client has not proven that it is the account. */
const failures = [
  // No secret of the account has this value, or the cleanup deleted that secret long after it was revoked or expired.
  'wrong_secret',
  // No key of the account, or of the issuer of a workload, verifies the assertion.
  'wrong_key',
  // The header or the claims of the assertion are not allowed.
  'invalid_assertion',
  'assertion_expired',
  // The token of a workload was issued longer ago than the operator allows for its issuer.
  'assertion_too_old',
  // The operator has not named the issuer of the token, or no longer does.
  'issuer_not_trusted',
  // The keys of the issuer could not be read.
  'issuer_unavailable',
  // The account has no trust in the issuer of the token.
  'no_trust',
  // The account has trusts in the issuer of the token, and the one that comes closest requires something else.
  'wrong_subject',
  'wrong_audience',
  'wrong_claims',
] as const;

/** The reasons why a credential is rejected that exists and that the client has proven to have. */
const rejections = [
  'assertion_replayed',
  'key_expired',
  'trust_expired',
  'secret_revoked',
  'secret_expired',
  'account_disabled',
  'account_deleted',
  'account_expired',
  'tenant_suspended',
  'address_not_allowed',
] as const;
export type RejectionReason = (typeof rejections)[number];

/** The reasons why a token request is rejected: the `reason` in an audit log entry. */
export const refusalReasons = [...failures, ...rejections, ...errorCodes] as const;
export type RefusalReason = (typeof refusalReasons)[number];

/** Returns the reason for an error of a client that has authenticated. @param code the code of the error */
export const reasonOf = (code: string): RefusalReason | undefined =>
  errorCodes.find((known) => known === code);

/** The maximum number of rejections that wait to be recorded. */
const maxWaiting = 1000;
/** The maximum number of rejections that one statement records. */
const batch = 100;
/** The minimum time in milliseconds between two log messages about rejections that were not recorded. */
const minInterval = 60_000;

/** A rejected token request. */
export interface Refusal {
  /** The client ID in the request. An account with this client ID may not exist. */
  clientId: string;
  reason: RefusalReason;
  request: RequestInfo;
}

/**
 * Records rejected token requests in the audit log of the account, at most one per calendar minute for the same account
 * and reason. It runs in the background. One statement records many rejections, and only one statement runs at a time,
 * so many rejections at the same time use a single connection. If too many rejections are waiting, further rejections
 * are only counted.
 */
export class Refusals {
  private readonly recent = new LRUCache<string, true>(atMost(10_000));
  private waiting: Refusal[] = [];
  private omitted = 0;
  private loggedAt = 0;
  private writing: Promise<void> | undefined;

  constructor(
    private readonly pool: Pool,
    private readonly log: Logger,
  ) {}

  /** Queues a rejection. Never fails, because the request is rejected even if the rejection cannot be recorded. */
  refused(refusal: Refusal): void {
    const key = keyOf(refusal);
    if (!isClientId(refusal.clientId) || this.recent.has(key)) return;
    if (this.waiting.length >= maxWaiting) {
      this.omitted += 1;
      return;
    }
    this.recent.set(key, true, { ttl: restOfMinute() });
    this.waiting.push(refusal);
    this.writing ??= this.writeAll();
  }

  /** Waits for the current statement and one more. The remaining rejections are not recorded. */
  async close(): Promise<void> {
    this.waiting = this.waiting.slice(0, batch);
    await this.writing;
  }

  private async writeAll(): Promise<void> {
    // One statement records the rejections of the same turn of the event loop.
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
