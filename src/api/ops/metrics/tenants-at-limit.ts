import { setTimeout } from 'node:timers/promises';
import type { Pool } from 'pg';
import type { Logger } from 'pino';
import { Gauge, type Registry } from 'prom-client';
import { whyUnavailable } from '../../../platform/database/database-errors.js';
import { prepared } from '../../../platform/database/sql.js';

/** The number of milliseconds for which a result is cached, because the statement reads every tenant. */
const maxAgeMs = 60_000;
/** The number of milliseconds for which a scrape waits for the statement. Prometheus waits ten seconds by default. */
const timeoutMs = 1_000;

/** Tenants with a limit of 0 are omitted, because they should have no accounts. */
const countTenants = prepared<{ near: number; full: number }>(
  'tenants-at-limit',
  `select
     count(*) filter (where service_account_count >= service_account_limit * 0.8)::int as near,
     count(*) filter (where service_account_count >= service_account_limit)::int as full
   from tenant
   where status = 'active' and service_account_limit > 0`,
);

/**
 * Measures how many tenants are near their limit. While the database is unreachable, the gauge is empty, because old
 * values may be wrong and a scrape must not fail.
 */
export function measureTenantsAtLimit(registry: Registry, pool: Pool, log: Logger): void {
  let readAt = Number.NEGATIVE_INFINITY;
  const gauge = new Gauge({
    name: 'gateway_tenants_at_limit',
    help: 'Active tenants whose number of service accounts is at least this percentage of their limit',
    labelNames: ['share'],
    registers: [registry],
    async collect() {
      if (performance.now() - readAt < maxAgeMs) return;
      readAt = performance.now();
      await Promise.race([read(), setTimeout(timeoutMs, undefined, { ref: false })]);
    },
  });
  const read = async () => {
    try {
      const [row] = await countTenants(pool, []);
      gauge.set({ share: '80' }, row?.near ?? 0);
      gauge.set({ share: '100' }, row?.full ?? 0);
    } catch (error) {
      gauge.reset();
      if (!whyUnavailable(error)) log.error({ err: error }, 'Tenants near their limit could not be counted');
    }
  };
}
