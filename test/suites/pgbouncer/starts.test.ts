import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { migrations } from '../../../src/platform/database/migrations/migrations.js';
import { createDatabase, sql } from '../../harness/database.js';
import { createPath, type Gateway, startGateway } from '../../harness/gateway.js';
import { type GatewayProcess, startProcess, stopAll } from '../../harness/gateway-process.js';
import { migrationLock, untilWaiting, withMigrationLock } from '../../harness/migration-lock.js';
import { type PgBouncer, startPgBouncer } from './pgbouncer.js';

// The tests of a mode use one database in their order, and build on each other.
describe.each(['transaction', 'session'] as const)('PgBouncer in %s mode', (mode) => {
  let pgbouncer: PgBouncer;
  let direct: Gateway;
  let empty: Awaited<ReturnType<typeof createDatabase>>;
  let env: NodeJS.ProcessEnv;
  let processes: GatewayProcess[];
  beforeAll(async () => {
    pgbouncer = await startPgBouncer(mode);
    direct = await startGateway();
    empty = await createDatabase('template0');
    env = { ...direct.env, DATABASE_URL: pgbouncer.through(empty.url) };
  });
  afterAll(async () => {
    await stopAll().finally(() => pgbouncer?.close());
    await Promise.all([direct?.close(), empty?.drop()]);
  });

  /** Starts gateways at the same time. */
  async function start(count: number, more: NodeJS.ProcessEnv = {}): Promise<GatewayProcess[]> {
    const started = await Promise.all(Array.from({ length: count }, () => startProcess({ ...env, ...more })));
    await Promise.all(started.map((one) => one.ready()));
    return started;
  }

  test('SIGTERM ends a gateway that waits for the lock of migrations', async () => {
    await withMigrationLock(empty.url, async () => {
      const one = await startProcess(env);
      await untilWaiting(one);
      process.kill(one.pid, 'SIGTERM');
      expect(await one.ended()).toBe(0);
      expect(one.stderr()).toContain('Stopped before the start was complete');
      expect(await sql(empty.url, `select to_regclass('migration') as name`)).toEqual([{ name: null }]);
    });
  });

  test('two gateways that start at the same time migrate the database once, and keep no lock', async () => {
    processes = await start(2);
    const names = await sql(empty.url, 'select name from migration order by id');
    expect(names).toEqual(migrations.map(({ name }) => ({ name })));
    const locks = `select from pg_locks where locktype = 'advisory' and objid = $1`;
    expect(await sql(empty.url, locks, [migrationLock])).toEqual([]);
    for (const one of processes) expect(one.stderr()).not.toMatch(/"level":(40|50|60)/);
  });

  test('both stop, start again, and count the requests of a caller together', async () => {
    expect(await Promise.all(processes.map((one) => one.stop()))).toEqual([0, 0]);
    processes = await start(2, { RATE_LIMIT_STORE: 'postgres', RATE_LIMIT_CALLER: '20' });
    const tenant = '7b2c91c4-5a54-4b0e-b0d5-d2f1e4d1c111';
    await sql(empty.url, `insert into tenant (id, name, service_account_limit) values ($1, 'Tenant', 100)`, [
      tenant,
    ]);
    const headers = await direct.as('tenant_admin', tenant);
    // The first request of a gateway opens its connections. On a busy machine, 60 at a time take too long to count.
    const statuses: number[] = [];
    for (let n = 0; n < 15; n++) {
      const answers = processes.map(({ url }) => fetch(url + createPath, { method: 'POST', headers }));
      for (const answer of answers) statuses.push((await answer).status);
    }
    const count = (status: number) => statuses.filter((one) => one === status).length;
    expect([count(200), count(429)]).toEqual([20, 10]);
    expect(await Promise.all(processes.map((one) => one.stop()))).toEqual([0, 0]);
    for (const one of processes) expect(one.stderr()).not.toMatch(/"level":(40|50|60)/);
  });
});
