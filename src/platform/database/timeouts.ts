import type { PoolConfig } from 'pg';

const seconds = 1000;

/** TCP probes an idle connection, so that firewalls keep it open and a dead host is noticed. */
const keepAlive: PoolConfig = { keepAlive: true, keepAliveInitialDelayMillis: 10 * seconds };

/**
 * The timeouts of a request's work with the database. A caller gets an answer within some 5 seconds, whatever the
 * database does: a caller that waits longer has mostly gone, and the next one waits behind it.
 */
export const servingTimeouts: PoolConfig = {
  ...keepAlive,
  // This is the time to get a free connection of the pool, and to open a new one.
  connectionTimeoutMillis: 2 * seconds,
  // This is PostgreSQL's own limit. It includes the wait for locks, so that lock_timeout would add nothing. A statement
  // that exceeds it has had no effect, and its connection stays usable. Most statements take a few milliseconds.
  statement_timeout: 2.5 * seconds,
  // This is the gateway's limit, for a PostgreSQL or a network that does not answer at all. It is longer than
  // PostgreSQL's, so that it means just that.
  query_timeout: 3 * seconds,
  // A transaction that its gateway has forgotten holds its locks no longer than this.
  idle_in_transaction_session_timeout: 10 * seconds,
};

/**
 * A migration may take any time. But while it waits for a table, everybody else waits behind it: it gives up soon, lets
 * the others pass, and tries again (migrate.ts).
 */
export const migratingTimeouts: PoolConfig = {
  ...keepAlive,
  connectionTimeoutMillis: 10 * seconds,
  lock_timeout: 2 * seconds,
};
