import pg from 'pg';

/**
 * Creates a plain adapter for PostgreSQL, with a table of payloads, a pool of ten connections, and a statement for each
 * call of the library. It stores the clients.
 * @param {import('../gateway.js').Connection} connection
 * @param {{ client_id: string }[]} clients
 */
export async function createPostgresAdapter(connection, clients) {
  const pool = new pg.Pool({ ...connection, max: 10 });
  await pool.query(`
    drop table if exists oidc_payload;
    create table oidc_payload (
      id text not null,
      type text not null,
      payload jsonb not null,
      expires_at timestamptz,
      primary key (id, type)
    )`);

  class PostgresAdapter {
    /** @param {string} type the type of the payloads, such as Client */
    constructor(type) {
      this.type = type;
    }

    /** @param {string} id @param {object} payload @param {number} [expiresIn] seconds */
    async upsert(id, payload, expiresIn) {
      const expiresAt = expiresIn === undefined ? null : new Date(Date.now() + expiresIn * 1000);
      await pool.query(
        `insert into oidc_payload (id, type, payload, expires_at) values ($1, $2, $3, $4)
         on conflict (id, type) do update set payload = $3, expires_at = $4`,
        [id, this.type, payload, expiresAt],
      );
    }

    /** @param {string} id */
    async find(id) {
      const { rows } = await pool.query(
        `select payload from oidc_payload
         where id = $1 and type = $2 and (expires_at is null or expires_at > now())`,
        [id, this.type],
      );
      return rows[0]?.payload;
    }

    /** @param {string} id */
    async destroy(id) {
      await pool.query('delete from oidc_payload where id = $1 and type = $2', [id, this.type]);
    }
  }

  const store = new PostgresAdapter('Client');
  for (const client of clients) await store.upsert(client.client_id, client);
  await pool.query('analyze oidc_payload');
  // The class lacks the methods for sessions and the like, which the client credentials grant does not use.
  return /** @type {import('oidc-provider').AdapterConstructor} */ (/** @type {unknown} */ (PostgresAdapter));
}
