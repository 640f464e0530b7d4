import { EntityManager } from '@mikro-orm/postgresql';
import type { Pool, QueryConfig, QueryResult, QueryResultRow } from 'pg';

/** A statement that is written by hand. Values travel as parameters, never as parts of the text. */
export interface Statement {
  /**
   * Prepares the statement under this name on each connection, so that PostgreSQL plans it once. A statement without
   * a name is planned at each call, for the values of that call.
   */
  name?: string;
  text: string;
  values?: unknown[];
}

/** A connection of node-postgres, or a pool of them. */
interface Connection {
  query<Row extends QueryResultRow>(config: QueryConfig): Promise<QueryResult<Row>>;
}

/** Where a statement runs: on any connection of the pool, or in a transaction. */
export type Database = Connection | EntityManager;

/**
 * Runs a statement and returns its rows. A `timestamptz` becomes a Date, `integer` and `double precision` become
 * numbers, `bigint` and `numeric` stay text, arrays become arrays, and `json` becomes what it describes.
 * @param on the pool; a `longTransaction`; or MikroORM's EntityManager, for its current transaction
 */
export async function run<Row extends object>(on: Database, statement: Statement): Promise<Row[]> {
  const { name, text, values = [] } = statement;
  if (on instanceof EntityManager) return runInUnitOfWork(on, text, values);
  const { rows } = await on.query({ name, text, values });
  return rows as Row[];
}

/**
 * MikroORM's own way to run SQL writes the values into the text, and its errors quote that text. This way sends them
 * as parameters: it hands Kysely, on which MikroORM stands, a statement that is compiled already.
 */
async function runInUnitOfWork<Row>(em: EntityManager, sql: string, values: unknown[]): Promise<Row[]> {
  const query = { kind: 'RawNode', sqlFragments: [sql], parameters: [] };
  const compiled = { query, queryId: { queryId: sql }, sql, parameters: values };
  const { rows } = await em.getKysely().executeQuery(compiled as never);
  return rows as Row[];
}

/** A fixed statement that is prepared under a name. @returns runs it with the values of its parameters */
export const prepared =
  <Row extends object>(name: string, text: string) =>
  (on: Database, values: unknown[]): Promise<Row[]> =>
    run<Row>(on, { name, text, values });

/**
 * Makes the select list of parameters that have names: `$1::uuid as id, $2::text as name, …`.
 * @param types the SQL types of the parameters by their names
 */
export const parameterList = (types: Readonly<Record<string, string>>): string =>
  Object.entries(types)
    .map(([name, type], index) => `$${index + 1}::${type} as ${name}`)
    .join(', ');

/** Limits of a statement of a long transaction in milliseconds: PostgreSQL's, and ours for when it never answers. */
const longStatement = { server: 60_000, client: 65_000 };

/**
 * Runs work in a transaction that concerns a whole tenant or all of them: each of its statements may take a minute
 * instead of the two and a half seconds of a request. The transaction holds one connection of the pool.
 */
export async function longTransaction<T>(
  pool: Pool,
  work: (transaction: Database) => Promise<T>,
): Promise<T> {
  const client = await pool.connect();
  const transaction: Connection = {
    query: (config) => client.query({ ...config, query_timeout: longStatement.client } as QueryConfig),
  };
  let fault: Error | undefined;
  try {
    await run(transaction, { text: 'begin' });
    await run(transaction, { text: `set local statement_timeout = ${longStatement.server}` });
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

/** Returns a pattern of `like` that matches every text with this part. Its `%` and `_` match only themselves. */
export const containing = (part: string): string => `%${part.replace(/[\\%_]/g, '\\$&')}%`;
