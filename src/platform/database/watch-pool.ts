import type { Pool } from 'pg';
import type { Watched } from './watched-client.js';

/**
 * Sees to it that a bad connection leaves the pool, whoever has it.
 * @returns breaks off all connections, of which a server that hangs would let none be closed
 */
export function watchPool(pool: Pool, onWorking: () => void): () => void {
  const idle = new Set<Watched>();
  const taken = new Set<Watched>();
  const watch = (event: 'acquire' | 'connect' | 'remove', listener: (client: Watched) => void) =>
    pool.on(event, (client) => listener(client as Watched));

  watch('acquire', (client) => {
    idle.delete(client);
    taken.add(client);
  });
  pool.on('release', (error, client) => {
    const watched = client as Watched;
    taken.delete(watched);
    idle.add(watched);
    if (!error && watched.state === 'good') onWorking();
  });
  watch('remove', (client) => idle.delete(client));

  watch('connect', (client) => {
    client.once('end', () => {
      // A server that has not answered one will not answer the others: each would cost a request its time.
      if (client.state === 'unanswered') for (const other of idle) breakOff(other);
      // A transaction of the ORM does not give back a connection that it lost
      // (https://github.com/kysely-org/kysely/issues/1990): after ten of them the pool would be empty for good.
      if (!taken.has(client)) return;
      client.release(true);
      client.release = () => {};
    });
  });
  return () => {
    for (const client of [...idle, ...taken]) breakOff(client);
  };
}

/** As if the network had done it: the pool takes note of that, but not of an `end()` behind its back. */
function breakOff(client: Watched): void {
  const { connection } = client as unknown as { connection: { stream: { destroy(): void } } };
  connection.stream.destroy();
}
