import { Counter, Histogram, type Registry } from 'prom-client';
import type { RateLimitPolicy } from '../../../platform/rate-limits/rate-limits.js';
import { type Api, codes, noOperation, oauthCodes, oauthOperations, other } from './label-values.js';

/** The upper bounds of the histogram, in seconds. */
const buckets = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

/**
 * Counts a completed operation.
 * @param operation a root field, an OAuth 2.0 endpoint, or `none` if the request reached neither
 * @param code `OK` or the code of the error
 */
export type CountRequest = (api: Api, operation: string, code: string, seconds: number) => void;

/** Counts the operations of all APIs and measures their duration. @param operations the names of the root fields */
export function countRequests(registry: Registry, operations: readonly string[]): CountRequest {
  const registers = [registry];
  const total = new Counter({
    name: 'gateway_requests_total',
    help: 'Operations by API, by root field or OAuth endpoint, and by result: OK or an error code',
    labelNames: ['api', 'operation', 'code'],
    registers,
  });
  const duration = new Histogram({
    name: 'gateway_request_duration_seconds',
    help: 'Duration of operations in seconds: of the root field, or of the whole request if it reached no root field',
    labelNames: ['api', 'operation'],
    buckets,
    registers,
  });
  const known = new Set<string>([noOperation, ...oauthOperations, ...operations]);
  return (api, operation, code, seconds) => {
    const labels = { api, operation: known.has(operation) ? operation : other };
    total.inc({ ...labels, code: codes.has(code) ? code : other });
    duration.observe(labels, seconds);
  };
}

export interface CountTokens {
  tokenIssued(): void;
  /** @param reason the reason of the rejection, or the error code if there is no reason */
  tokenRefused(reason: string): void;
}

/** Counts the requests for tokens. @param reasons the reasons of rejections, which the response does not contain */
export function countTokens(registry: Registry, reasons: readonly string[]): CountTokens {
  const registers = [registry];
  const issued = new Counter({
    name: 'gateway_tokens_issued_total',
    help: 'Issued access tokens',
    registers,
  });
  const refused = new Counter({
    name: 'gateway_tokens_refused_total',
    help: 'Rejected requests for an access token, by reason',
    labelNames: ['reason'],
    registers,
  });
  const known = new Set<string>([...reasons, ...oauthCodes]);
  return {
    tokenIssued: () => issued.inc(),
    tokenRefused: (reason) => refused.inc({ reason: known.has(reason) ? reason : other }),
  };
}

export type CountRateLimit = (policy: RateLimitPolicy, exceeded: boolean) => void;

export function countRateLimits(registry: Registry): CountRateLimit {
  const decisions = new Counter({
    name: 'gateway_rate_limit_decisions_total',
    help: 'Rate limit decisions, by limit and by outcome: passed or refused',
    labelNames: ['policy', 'outcome'],
    registers: [registry],
  });
  return (policy, exceeded) => decisions.inc({ policy, outcome: exceeded ? 'refused' : 'passed' });
}
