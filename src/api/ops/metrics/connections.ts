import type { Server } from 'node:http';
import { promisify } from 'node:util';
import { Gauge, type Registry } from 'prom-client';
import type { Metrics } from './metrics.js';

export function countConnections(registry: Registry): Metrics['watch'] {
  let watched: Server | undefined;
  new Gauge({
    name: 'gateway_connections',
    help: 'Connections of clients that are open, on the port of the gateway',
    registers: [registry],
    async collect() {
      if (watched) this.set(await promisify(watched.getConnections).call(watched));
    },
  });
  new Gauge({
    name: 'gateway_connections_max',
    help: 'How many may be open: beyond these, a new one is closed at once',
    registers: [registry],
    collect() {
      if (watched) this.set(watched.maxConnections);
    },
  });
  return (server) => {
    watched = server;
  };
}
