import type { Pool } from 'pg';
import type { PoolClient } from './pool-client.js';

/**
 * Removes broken connections from a pool, whether they are idle or in use.
 * @param onWorking called when a connection has done its work
 * @returns cuts all connections, none of which a server that hangs would let close
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
      // A server that has not answered one connection will not answer the others: each would cost a request its time.
      if (client.state === 'unanswered') for (const other of idle) cut(other);
      // A transaction of the ORM does not give back a connection that it has lost
      // (https://github.com/kysely-org/kysely/issues/1990): after ten of them the pool would be empty permanently.
      if (!acquired.has(client)) return;
      client.release(true);
      client.release = () => {};
    });
  });
  return () => {
    for (const client of [...idle, ...acquired]) cut(client);
  };
}

/** Cuts a connection as the network would. The pool notices that, but would not notice a call of `end()`. */
function cut(client: PoolClient): void {
  const { connection } = client as unknown as { connection: { stream: { destroy(): void } } };
  connection.stream.destroy();
}
