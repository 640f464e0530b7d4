import type { Pool } from 'pg';
import type { PoolClient } from './pool-client.js';

/**
 * Removes broken connections from a pool, whether they are idle or in use.
 * @param onWorking is called when a connection returns to the pool in working order
 * @returns a function that cuts all connections, because a server that does not respond would not let them close
 */
export function discardBrokenConnections(pool: Pool, onWorking: () => void): () => void {
  const idle = new Set<PoolClient>();
  const acquired = new Set<PoolClient>();
  const on = (event: 'acquire' | 'connect' | 'remove', listener: (client: PoolClient) => void) =>
    pool.on(event, (client) => listener(client as PoolClient));

  on('acquire', (client) => {
    idle.delete(client);
    acquired.add(client);
  });
  pool.on('release', (error, released) => {
    const client = released as PoolClient;
    acquired.delete(client);
    idle.add(client);
    if (!error && client.state === 'good') onWorking();
  });
  on('remove', (client) => idle.delete(client));

  on('connect', (client) => {
    client.once('end', () => {
      // If a server has not responded on one connection, it will not respond on the others. Each of them would delay a
      // request until its timeout.
      if (client.state === 'unanswered') for (const other of idle) cut(other);
      // An ORM transaction does not release a connection that it has lost
      // (https://github.com/kysely-org/kysely/issues/1990). After ten lost connections the pool would stay exhausted.
      if (!acquired.has(client)) return;
      client.release(true);
      client.release = () => {};
    });
  });
  return () => {
    for (const client of [...idle, ...acquired]) cut(client);
  };
}

/** Cuts a connection as a network failure would. The pool notices this, but would not notice a call of `end()`. */
function cut(client: PoolClient): void {
  const { connection } = client as unknown as { connection: { stream: { destroy(): void } } };
  connection.stream.destroy();
}
