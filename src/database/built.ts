import { type Pool, types } from 'pg';

/** A statement that was put together for what is asked. */
export interface Statement {
  /** Under which it is prepared. Without a name it is planned for its very values, of which some are rare. */
  name?: string;
  text: string;
  values: unknown[];
}

/** Values come as node-postgres reads them, see `prepared`. */
export async function runBuilt<Row extends object>(pool: Pool, statement: Statement): Promise<Row[]> {
  return (await pool.query<Row>({ ...statement, types })).rows;
}
