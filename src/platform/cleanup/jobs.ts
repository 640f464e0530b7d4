import type { Pool } from 'pg';
import { actorFrom } from '../audit/insert-events.js';
import { countAffected, type Statement } from '../database/sql.js';
import { gatewayActor } from './gateway-actor.js';
import { removeAccountsSql } from './remove-accounts.sql.js';
import { retentionDays } from './retention.js';

/** A job that removes what the gateway no longer needs, in batches. */
export interface CleanupJob {
  /** What the job does, for log messages. */
  task: string;
  /** Runs one batch. @returns whether there may be more to do */
  runBatch(pool: Pool): Promise<boolean>;
}

/** Creates a job from a statement that deletes at most `limit` rows. */
const deletion = (rows: string, limit: number, statement: (limit: number) => Statement): CleanupJob => ({
  task: `delete ${rows}`,
  runBatch: async (pool) => (await countAffected(pool, statement(limit))) >= limit,
});

/**
 * The maximum number of rows that one statement deletes. It keeps a statement well within its time limit. A statement
 * skips locked rows, because another gateway is deleting them.
 */
const batchSize = {
  idempotencyKeys: 50_000,
  accounts: 1_000,
  secrets: 1_000,
  keys: 1_000,
  trusts: 1_000,
  tokens: 10_000,
  assertions: 50_000,
  workloadTokens: 50_000,
  counts: 20_000,
  rateLimits: 50_000,
  minutes: 20_000,
};

/** The number of days for which the hourly token counts are kept. */
const tokenCountDays = 90;
/** The number of days for which a batch of counts is kept. No gateway repeats a batch after this time. */
const countBatchDays = 7;
/** The number of seconds for which a revoked token is kept after it expires, because a gateway's clock may be slow. */
const clockToleranceSeconds = 60;

/**
 * The number of minutes for which a claimed minute is kept after its end. A statement may claim the minute in which it
 * started a few seconds later, when it has waited for a lock.
 */
const claimMinutes = 5;

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

/** @param table of keys or trusts */
const oldExpired = (table: string): string => `
  delete from ${table} where id in (
    select id from ${table} where expires_at <= now() - make_interval(days => $2)
    order by expires_at limit $1 for update skip locked
  )`;

const expiredRevokedTokens = `
  delete from revoked_token where jti in (
    select jti from revoked_token where expires_at <= now() - make_interval(secs => $2)
    order by expires_at limit $1 for update skip locked
  )`;

const expiredAssertions = `
  delete from used_assertion where (service_account_id, jti_hash) in (
    select service_account_id, jti_hash from used_assertion where expires_at <= now() - make_interval(secs => $2)
    order by expires_at limit $1 for update skip locked
  )`;

const expiredWorkloadTokens = `
  delete from used_workload_token where hash in (
    select hash from used_workload_token where expires_at <= now() - make_interval(secs => $2)
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

// The table has no index on the time, which would slow down each count. The largest batch is read in half a second.
const expiredRateLimits = `
  delete from rate_limit where key in (
    select key from rate_limit where expire < $2 limit $1 for update skip locked
  )`;

const pastMinutes = `
  delete from audit_minute where (minute, key) in (
    select minute, key from audit_minute where minute < now() - make_interval(mins => $2)
    order by minute limit $1 for update skip locked
  )`;

/** The jobs that every gateway runs. */
export const cleanupJobs = {
  idempotencyKeys: deletion('expired idempotency keys', batchSize.idempotencyKeys, (limit) => ({
    text: expiredIdempotencyKeys,
    values: [limit],
  })),
  accounts: deletion('deleted service accounts', batchSize.accounts, (limit) => ({
    text: deletedAccounts,
    values: [JSON.stringify(gatewayActor()), limit, retentionDays],
  })),
  secrets: deletion('old revoked or expired secrets', batchSize.secrets, (limit) => ({
    text: oldSecrets,
    values: [limit, retentionDays],
  })),
  keys: deletion('old expired public keys', batchSize.keys, (limit) => ({
    text: oldExpired('service_account_key'),
    values: [limit, retentionDays],
  })),
  trusts: deletion('old expired trusts', batchSize.trusts, (limit) => ({
    text: oldExpired('service_account_trust'),
    values: [limit, retentionDays],
  })),
  assertions: deletion('records of used assertions that have expired', batchSize.assertions, (limit) => ({
    text: expiredAssertions,
    values: [limit, clockToleranceSeconds],
  })),
  workloadTokens: deletion(
    'records of used workload tokens that have expired',
    batchSize.workloadTokens,
    (limit) => ({
      text: expiredWorkloadTokens,
      values: [limit, clockToleranceSeconds],
    }),
  ),
  revokedTokens: deletion('records of revoked tokens that have expired', batchSize.tokens, (limit) => ({
    text: expiredRevokedTokens,
    values: [limit, clockToleranceSeconds],
  })),
  tokenCounts: deletion('old token counts', batchSize.counts, (limit) => ({
    text: oldTokenCounts,
    values: [limit, tokenCountDays],
  })),
  countBatches: deletion('old batches of token counts', batchSize.counts, (limit) => ({
    text: oldCountBatches,
    values: [limit, countBatchDays],
  })),
  // rate-limiter-flexible itself would keep expired rows for another hour.
  rateLimits: deletion('expired rate limit counters', batchSize.rateLimits, (limit) => ({
    text: expiredRateLimits,
    values: [limit, Date.now()],
  })),
  auditMinutes: deletion('claims of past minutes', batchSize.minutes, (limit) => ({
    text: pastMinutes,
    values: [limit, claimMinutes],
  })),
} satisfies Record<string, CleanupJob>;
