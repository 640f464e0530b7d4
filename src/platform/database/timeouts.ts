import type { PoolConfig } from 'pg';

const seconds = 1000;

/** TCP keep-alive probes keep firewalls from closing idle connections, and detect an unreachable host. */
const keepAlive: PoolConfig = { keepAlive: true, keepAliveInitialDelayMillis: 10 * seconds };

/**
 * The timeouts of a request's work with the database. A caller gets a response within about 5 seconds, whatever the
 * database does. A caller that waits longer has usually disconnected, and still delays the next one.
 */
export const servingTimeouts: PoolConfig = {
  ...keepAlive,
  // The time to get a free connection of the pool, or to open a new one.
  connectionTimeoutMillis: 2 * seconds,
  // PostgreSQL's own limit. It includes the wait for locks, so lock_timeout would add nothing. A statement that exceeds
  // it has no effect, and its connection remains usable. Most statements take a few milliseconds.
  statement_timeout: 2.5 * seconds,
  // The gateway's limit, for a server or network that does not respond at all. It is longer than PostgreSQL's limit, so
  // a statement that exceeds it has received no response.
  query_timeout: 3 * seconds,
  // An abandoned transaction holds its locks no longer than this.
  idle_in_transaction_session_timeout: 10 * seconds,
};

/**
 * A migration may take any time. But while it waits for a table, all other statements on that table wait behind it. It
 * therefore stops waiting soon, lets the other statements run, and tries again (migrate.ts).
 */
export const migratingTimeouts: PoolConfig = {
  ...keepAlive,
  connectionTimeoutMillis: 10 * seconds,
  lock_timeout: 2 * seconds,
};
