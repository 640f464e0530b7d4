import { setTimeout } from 'node:timers/promises';
import pg from 'pg';
import type { GatewayProcess } from './gateway-process.js';

/** The key of the lock in src/platform/database/migrate.ts. */
export const migrationLock = 7_420_175;

/** Does something while another gateway seems to migrate a database. */
export async function withMigrationLock<T>(
  connectionString: string,
  work: (holder: pg.Client) => Promise<T>,
): Promise<T> {
  const holder = new pg.Client({ connectionString });
  await holder.connect();
  await holder.query('begin');
  await holder.query('select pg_advisory_xact_lock($1)', [migrationLock]);
  return work(holder).finally(() => holder.end());
}

/** Waits until a gateway waits for the lock. @throws when it does not after 30 seconds */
export async function untilWaiting({ stderr }: Pick<GatewayProcess, 'stderr'>): Promise<void> {
  const deadline = Date.now() + 30_000;
  while (!stderr().includes('for another gateway to migrate the database')) {
    if (Date.now() > deadline) throw new Error(`the gateway does not wait for the lock:\n${stderr()}`);
    await setTimeout(20);
  }
}
