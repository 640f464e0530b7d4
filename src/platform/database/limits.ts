import type { PoolConfig } from 'pg';

const seconds = 1000;

/** TCP asks an idle connection for a sign of life, so that firewalls keep it and a dead host is noticed. */
const keepAlive: PoolConfig = { keepAlive: true, keepAliveInitialDelayMillis: 10 * seconds };

/**
 * How long a request may wait for the database. A caller is to have an answer within some 5 seconds, whatever
 * the database does: who waits longer has mostly gone, and the next one waits behind it.
 */
export const servingLimits: PoolConfig = {
  ...keepAlive,
  // For a free connection of the pool, and for a new one to be there.
  connectionTimeoutMillis: 2 * seconds,
  // PostgreSQL's own limit, waiting for locks included (so that lock_timeout would add nothing). Nothing has
  // happened then, and the connection goes on. Most statements take a few milliseconds.
  statement_timeout: 2.5 * seconds,
  // Ours, for a PostgreSQL or a network that does not answer at all. Longer, so that it means just that.
  query_timeout: 3 * seconds,
  // A transaction that its gateway has forgotten holds its locks no longer than this.
  idle_in_transaction_session_timeout: 10 * seconds,
};

/**
 * A migration takes as long as it takes. But while one waits for a table, everybody else waits behind it: it
 * gives up soon, lets them pass, and tries again (migrate.ts).
 */
export const migratingLimits: PoolConfig = {
  ...keepAlive,
  connectionTimeoutMillis: 10 * seconds,
  lock_timeout: 2 * seconds,
};
