import type { Server } from 'node:http';
import { promisify } from 'node:util';
import type { Pool } from 'pg';
import { Gauge, type Registry } from 'prom-client';

/** Measures the connections of clients. @returns a function that receives the server when it listens */
export function measureConnections(registry: Registry): (server: Server) => void {
  let server: Server | undefined;
  new Gauge({
    name: 'gateway_connections',
    help: 'Open client connections on the port of the gateway',
    registers: [registry],
    async collect() {
      if (server) this.set(await promisify(server.getConnections).call(server));
    },
  });
  new Gauge({
    name: 'gateway_connections_max',
    help: 'Maximum number of open client connections; further connections are closed immediately',
    registers: [registry],
    collect() {
      if (server) this.set(server.maxConnections);
    },
  });
  return (listening) => {
    server = listening;
  };
}

/** Measures the connections to the database. */
export function measurePool(registry: Registry, pool: Pool): void {
  new Gauge({
    name: 'gateway_pool_connections',
    help: 'Connections to the database, by state: idle or busy',
    labelNames: ['state'],
    registers: [registry],
    collect() {
      this.set({ state: 'idle' }, pool.idleCount);
      this.set({ state: 'busy' }, pool.totalCount - pool.idleCount);
    },
  });
  new Gauge({
    name: 'gateway_pool_waiting',
    help: 'Statements that wait for a connection to the database',
    registers: [registry],
    collect() {
      this.set(pool.waitingCount);
    },
  });
  new Gauge({
    name: 'gateway_pool_connections_max',
    help: 'Maximum number of connections to the database',
    registers: [registry],
    collect() {
      this.set(pool.options.max);
    },
  });
}
