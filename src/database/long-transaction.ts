import type { Pool, QueryResultRow } from 'pg';
import { types } from 'pg';

/** Of one statement: PostgreSQL's own limit, and ours for one that does not answer (limits.ts). Milliseconds. */
const statementTimeout = 60_000;
const queryTimeout = 65_000;

/** Runs a statement of the transaction. Values come as node-postgres reads them. */
export type Run = <Row extends QueryResultRow>(text: string, values?: unknown[]) => Promise<Row[]>;

/**
 * A transaction for what concerns a whole tenant or everybody, whose statements may take a minute, not two seconds.
 * It has one of the pool's connections meanwhile.
 */
export async function longTransaction<T>(pool: Pool, work: (run: Run) => Promise<T>): Promise<T> {
  const client = await pool.connect();
  const run: Run = async (text, values = []) => {
    const query = { text, values, types, query_timeout: queryTimeout };
    return (await client.query(query)).rows;
  };
  let fault: Error | undefined;
  try {
    await run('begin');
    await run(`set local statement_timeout = ${statementTimeout}`);
    const result = await work(run);
    await run('commit');
    return result;
  } catch (error) {
    await run('rollback').catch((lost: Error) => {
      fault = lost;
    });
    throw error;
  } finally {
    client.release(fault);
  }
}
