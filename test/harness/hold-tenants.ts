import pg from 'pg';
import type { Gateway } from './gateway.js';

/** Locks the rows of tenants, so that every create in them waits. @returns a function that unlocks them */
export async function holdTenants({ databaseUrl }: Gateway, tenants: string[]): Promise<() => Promise<void>> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  await client.query('begin');
  const { rowCount } = await client.query('select from tenant where id = any($1) for update', [tenants]);
  if (rowCount !== tenants.length) throw new Error('there is no such tenant');
  return async () => {
    await client.query('rollback');
    await client.end();
  };
}
