import { EntityManager } from '@mikro-orm/postgresql';
import type { Pool, QueryConfig, QueryResult, QueryResultRow } from 'pg';

/** A hand-written statement. Values are always sent as parameters, never as part of the text. */
export interface Statement {
  /**
   * The name under which each connection prepares the statement, so that PostgreSQL can reuse its plan. A statement
   * without a name is planned each time it runs, for its current values. The same applies behind a connection pooler
   * (limited-client.ts).
   */
  name?: string;
  text: string;
  values?: unknown[];
}

/** A connection of node-postgres, or a pool of connections. */
interface Connection {
  query<Row extends QueryResultRow>(config: QueryConfig): Promise<QueryResult<Row>>;
}

/** Where a statement runs: on any connection of the pool, or in a transaction. */
export type Database = Connection | EntityManager;

/**
 * Runs a statement and returns its rows. `timestamptz` becomes a Date, `integer` and `double precision` become numbers,
 * `bigint` and `numeric` remain text, arrays become arrays, and `json` becomes the value that it represents.
 * @param on the pool, a `longTransaction`, or MikroORM's EntityManager for its current transaction
 */
export async function run<Row extends object>(on: Database, statement: Statement): Promise<Row[]> {
  const { name, text, values = [] } = statement;
  if (on instanceof EntityManager) return runInUnitOfWork(on, text, values);
  const { rows } = await on.query({ name, text, values });
  return rows as Row[];
}

/**
 * MikroORM's own way to run SQL inserts the values into the text, and its errors quote that text. This function sends
 * the values as parameters: it passes a compiled statement to Kysely, the query builder that MikroORM uses.
 */
async function runInUnitOfWork<Row>(em: EntityManager, sql: string, values: unknown[]): Promise<Row[]> {
  const query = { kind: 'RawNode', sqlFragments: [sql], parameters: [] };
  const compiled = { query, queryId: { queryId: sql }, sql, parameters: values };
  const { rows } = await em.getKysely().executeQuery(compiled as never);
  return rows as Row[];
}

/** Runs a statement that returns no rows. @returns the number of rows that it has inserted, updated or deleted */
export async function countAffected(on: Connection, { text, values = [] }: Statement): Promise<number> {
  const { rowCount } = await on.query({ text, values });
  return rowCount ?? 0;
}

/** Creates a function that runs a fixed statement, prepared under a name, with the given parameter values. */
export const prepared =
  <Row extends object>(name: string, text: string) =>
  (on: Database, values: unknown[]): Promise<Row[]> =>
    run<Row>(on, { name, text, values });

/**
 * Creates the column definitions of a record set: `id uuid, name text, …`.
 * @param types the SQL type of each column by its name
 */
export const columnList = (types: Readonly<Record<string, string>>): string =>
  Object.entries(types)
    .map(([name, type]) => `${name} ${type}`)
    .join(', ');

/**
 * The time limits of a statement in a long transaction, in milliseconds: PostgreSQL's own, and the gateway's for a
 * server that does not respond.
 */
const longStatement = { server: 60_000, client: 65_000 };
/** The same limits for a statement that reads a whole partition of the audit log. */
export const partitionStatement = { server: 3_600_000, client: 3_605_000 };

/**
 * Runs work in a transaction that affects a whole tenant or all tenants. Each statement may take a minute, instead of
 * the two and a half seconds in other transactions. The transaction occupies one connection of the pool.
 */
export async function longTransaction<T>(
  pool: Pool,
  work: (transaction: Database) => Promise<T>,
  limits = longStatement,
): Promise<T> {
  const client = await pool.connect();
  const transaction: Connection = {
    query: (config) => client.query({ ...config, query_timeout: limits.client } as QueryConfig),
  };
  let fault: Error | undefined;
  try {
    await run(transaction, { text: 'begin' });
    await run(transaction, { text: `set local statement_timeout = ${limits.server}` });
    const result = await work(transaction);
    await run(transaction, { text: 'commit' });
    return result;
  } catch (error) {
    await run(transaction, { text: 'rollback' }).catch((lost: Error) => {
      fault = lost;
    });
    throw error;
  } finally {
    client.release(fault);
  }
}

/**
 * Returns a `like` pattern that matches every text containing this part. `%` and `_` in the part match only themselves.
 */
export const containing = (part: string): string => `%${part.replace(/[\\%_]/g, '\\$&')}%`;
