import { type Pool, type QueryResultRow, types } from 'pg';

/** A statement that is put together by hand. */
export interface Statement {
  /** Under which it is prepared. Without a name it is planned for its very values, of which some are rare. */
  name?: string;
  text: string;
  values: unknown[];
}

/** Runs it on the ORM's pool. Values come as node-postgres reads them. */
export async function query<Row extends QueryResultRow>(pool: Pool, statement: Statement): Promise<Row[]> {
  return (await pool.query<Row>({ ...statement, types })).rows;
}
