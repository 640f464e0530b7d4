import { type Pool, type QueryResultRow, types } from 'pg';

/**
 * A statement written by hand, prepared under its name on each connection of the ORM's pool: without a name
 * it would be planned at each call. Values come as node-postgres reads them (dates as Date, arrays as arrays),
 * not as the strings that the ORM has the pool leave them.
 */
export function prepared<Row extends QueryResultRow>(name: string, text: string) {
  return async (pool: Pool, values: unknown[]): Promise<Row[]> => {
    const { rows } = await pool.query<Row>({ name, text, values, types });
    return rows;
  };
}
