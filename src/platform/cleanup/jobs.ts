import { v7 as uuid } from 'uuid';
import { type Actor, actorFrom } from '../audit/insert-events.js';
import type { Statement } from '../database/sql.js';
import { removeAccountsSql } from './remove-accounts.sql.js';
import { retentionDays } from './retention.js';

/** A statement that deletes old rows. */
export interface CleanupJob {
  /** The kind of rows, for log messages. */
  rows: string;
  statement: () => Statement;
}

/**
 * The maximum number of rows that one statement deletes. It keeps a statement well within its time limit. The next run,
 * a minute later, deletes the rest. A statement skips locked rows, because another gateway is deleting them.
 */
const batchSize = {
  idempotencyKeys: 50_000,
  accounts: 1_000,
  secrets: 1_000,
  tokens: 10_000,
  counts: 20_000,
};

/** The number of days for which the hourly token counts are kept. */
const tokenCountDays = 90;
/** The number of days for which a batch of counts is kept. No gateway repeats a batch after this time. */
const countBatchDays = 7;
/** The number of seconds for which a revoked token is kept after it expires, because a gateway's clock may be slow. */
const clockToleranceSeconds = 60;

/**
 * Returns the gateway as the actor that removes accounts. The realm is empty, which no realm in the realms file can be.
 */
const gateway = (): Actor => ({
  realm: '',
  id: 'service-account-gateway',
  name: null,
  email: null,
  requestId: uuid(),
  ip: null,
  userAgent: null,
});

const expiredIdempotencyKeys = `
  delete from idempotency_key where hash in (
    select hash from idempotency_key where expires_at <= now()
    order by expires_at limit $1 for update skip locked
  )`;

const deletedAccounts = removeAccountsSql(
  `select id from service_account
   where status = 'deleted' and deleted_at <= now() - make_interval(days => $3)
   order by deleted_at limit $2 for update skip locked`,
  actorFrom('$1'),
);

const oldSecrets = `
  delete from service_account_secret where id in (
    select id from service_account_secret
    where (revoked_at is not null or expires_at is not null)
      and least(revoked_at, expires_at) <= now() - make_interval(days => $2)
    order by least(revoked_at, expires_at) limit $1 for update skip locked
  )`;

const expiredRevokedTokens = `
  delete from revoked_token where jti in (
    select jti from revoked_token where expires_at <= now() - make_interval(secs => $2)
    order by expires_at limit $1 for update skip locked
  )`;

const oldTokenCounts = `
  delete from token_count where (service_account_id, hour) in (
    select service_account_id, hour from token_count where hour < now() - make_interval(days => $2)
    order by hour limit $1 for update skip locked
  )`;

const oldCountBatches = `
  delete from token_count_batch where id in (
    select id from token_count_batch where written_at < now() - make_interval(days => $2)
    order by written_at limit $1 for update skip locked
  )`;

/** All cleanup jobs. */
export const cleanupJobs = {
  idempotencyKeys: {
    rows: 'expired idempotency keys',
    statement: () => ({ text: expiredIdempotencyKeys, values: [batchSize.idempotencyKeys] }),
  },
  accounts: {
    rows: 'deleted service accounts',
    statement: () => ({
      text: deletedAccounts,
      values: [JSON.stringify(gateway()), batchSize.accounts, retentionDays],
    }),
  },
  secrets: {
    rows: 'old revoked or expired secrets',
    statement: () => ({ text: oldSecrets, values: [batchSize.secrets, retentionDays] }),
  },
  revokedTokens: {
    rows: 'records of revoked tokens that have expired',
    statement: () => ({ text: expiredRevokedTokens, values: [batchSize.tokens, clockToleranceSeconds] }),
  },
  tokenCounts: {
    rows: 'old token counts',
    statement: () => ({ text: oldTokenCounts, values: [batchSize.counts, tokenCountDays] }),
  },
  countBatches: {
    rows: 'old batches of token counts',
    statement: () => ({ text: oldCountBatches, values: [batchSize.counts, countBatchDays] }),
  },
  rateLimits: {
    rows: 'expired rate limit counters',
    // rate-limiter-flexible itself would keep expired rows for another hour.
    statement: () => ({ text: 'delete from rate_limit where expire < $1', values: [Date.now()] }),
  },
} satisfies Record<string, CleanupJob>;
