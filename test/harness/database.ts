import { randomBytes } from 'node:crypto';
import { Client, type QueryResultRow } from 'pg';

/** Migrated once by global-setup.js; each test file gets a copy of it. */
const templateDatabase = 'gateway_template';

/** The URL of a database on the server that the tests run against (global-setup.ts). */
export function databaseUrl(database: string): string {
  const url = new URL(process.env.TEST_DATABASE_URL ?? '');
  url.pathname = `/${database}`;
  return url.href;
}

/** Runs one statement on a connection of its own. */
export async function sql<Row extends QueryResultRow>(
  connectionString: string,
  text: string,
  values: unknown[] = [],
): Promise<Row[]> {
  const client = new Client({ connectionString });
  await client.connect();
  try {
    return (await client.query<Row>(text, values)).rows;
  } finally {
    await client.end();
  }
}

/** A fresh, migrated database. @returns its URL, and a way to be rid of it */
export async function createDatabase(template = templateDatabase) {
  const name = `gateway_${randomBytes(6).toString('hex')}`;
  await sql(databaseUrl('postgres'), `create database ${name} template ${template} strategy file_copy`);
  return {
    url: databaseUrl(name),
    drop: () => sql(databaseUrl('postgres'), `drop database ${name} with (force)`),
  };
}
