import { v7 as uuid } from 'uuid';
import { type Actor, actorFrom } from '../audit/insert-events.js';
import type { Statement } from '../database/sql.js';
import { removeAccountsSql } from './remove-accounts.sql.js';
import { retentionDays } from './retention.js';

/** A statement that deletes old rows. */
export interface CleanupJob {
  /** The kind of rows, for the log. */
  rows: string;
  statement: () => Statement;
}

/**
 * How many rows one statement deletes, well within the time limit of a statement. The run of the next minute deletes
 * more. Rows that another gateway has locked are skipped, since it is deleting them.
 */
const batchSize = {
  idempotencyKeys: 50_000,
  accounts: 1_000,
  secrets: 1_000,
  tokens: 10_000,
  counts: 20_000,
};

/** For how many days the tokens issued in an hour can be looked up. */
const tokenCountDays = 90;
/** For how many days a batch of counts is kept. No gateway repeats a batch after so long a time. */
const countBatchDays = 7;
/** For how many seconds a revoked token is kept after its expiry: the clock of a gateway may be behind. */
const clockToleranceSeconds = 60;

/** Returns the gateway as the actor of a removal. No realm of a realms file has an empty name. */
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

const endedSecrets = `
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

/** All jobs of the clean-up. */
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
    rows: 'secrets that have ended',
    statement: () => ({ text: endedSecrets, values: [batchSize.secrets, retentionDays] }),
  },
  revokedTokens: {
    rows: 'revoked tokens that are over',
    statement: () => ({ text: expiredRevokedTokens, values: [batchSize.tokens, clockToleranceSeconds] }),
  },
  tokenCounts: {
    rows: 'old counts of tokens',
    statement: () => ({ text: oldTokenCounts, values: [batchSize.counts, tokenCountDays] }),
  },
  countBatches: {
    rows: 'batches of counts',
    statement: () => ({ text: oldCountBatches, values: [batchSize.counts, countBatchDays] }),
  },
  rateLimits: {
    rows: 'rate limits that are over',
    // rate-limiter-flexible itself would keep expired rows for an hour.
    statement: () => ({ text: 'delete from rate_limit where expire < $1', values: [Date.now()] }),
  },
} satisfies Record<string, CleanupJob>;
