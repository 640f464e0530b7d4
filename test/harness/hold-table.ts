import pg from 'pg';
import type { Gateway } from './gateway.js';

/** Locks a table, so that every statement that writes to it waits. @returns a function that unlocks it */
export async function holdTable({ databaseUrl }: Gateway, table: string): Promise<() => Promise<void>> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  await client.query(`begin; lock table ${pg.escapeIdentifier(table)} in share mode`);
  return async () => {
    await client.query('rollback');
    await client.end();
  };
}
