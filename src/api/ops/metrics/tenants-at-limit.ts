import { setTimeout } from 'node:timers/promises';
import type { Pool } from 'pg';
import type { Logger } from 'pino';
import { Gauge, type Registry } from 'prom-client';
import { prepared } from '../../../platform/database/sql.js';
import { whyUnavailable } from '../../../platform/database/unavailable.js';

/** Milliseconds for which an answer is kept: a statement that looks at every tenant is not for each scrape. */
const keep = 60_000;
/** Milliseconds that a scrape waits for it; Prometheus gives up after ten seconds by default. */
const patience = 1_000;

/** A limit of 0 is a tenant that is to have no accounts, and tells nobody to raise it. */
const countTenants = prepared<{ near: number; full: number }>(
  'tenants-at-limit',
  `select
     count(*) filter (where service_account_count >= service_account_limit * 0.8)::int as near,
     count(*) filter (where service_account_count >= service_account_limit)::int as full
   from tenant
   where status = 'active' and service_account_limit > 0`,
);

/** Nothing is told while the database is away: what was so once may be wrong, and a scrape must not fail. */
export function countTenantsAtLimit(registry: Registry, pool: Pool, log: Logger): void {
  let readAt = Number.NEGATIVE_INFINITY;
  const gauge = new Gauge({
    name: 'gateway_tenants_at_limit',
    help: 'Active tenants that have used this percentage of their limit of service accounts, or more',
    labelNames: ['share'],
    registers: [registry],
    async collect() {
      if (performance.now() - readAt < keep) return;
      readAt = performance.now();
      await Promise.race([read(), setTimeout(patience, undefined, { ref: false })]);
    },
  });
  const read = async () => {
    try {
      const [row] = await countTenants(pool, []);
      gauge.set({ share: '80' }, row?.near ?? 0);
      gauge.set({ share: '100' }, row?.full ?? 0);
    } catch (error) {
      gauge.reset();
      if (!whyUnavailable(error)) log.error({ err: error }, 'the tenants at their limit cannot be counted');
    }
  };
}
