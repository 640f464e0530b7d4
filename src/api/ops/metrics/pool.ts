import type { Pool } from 'pg';
import { Gauge, type Registry } from 'prom-client';

export function measurePool(registry: Registry, pool: Pool): void {
  new Gauge({
    name: 'gateway_pool_connections',
    help: 'Connections to the database that are idle or busy',
    labelNames: ['state'],
    registers: [registry],
    collect() {
      this.set({ state: 'idle' }, pool.idleCount);
      this.set({ state: 'busy' }, pool.totalCount - pool.idleCount);
    },
  });
  new Gauge({
    name: 'gateway_pool_waiting',
    help: 'Statements that wait for a connection',
    registers: [registry],
    collect() {
      this.set(pool.waitingCount);
    },
  });
  new Gauge({
    name: 'gateway_pool_connections_max',
    help: 'How many connections to the database there may be',
    registers: [registry],
    collect() {
      this.set(pool.options.max);
    },
  });
}
