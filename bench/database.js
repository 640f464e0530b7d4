import pg from 'pg';

/**
 * @template Row
 * @param {pg.ClientConfig} connection
 * @param {string} text
 * @returns {Promise<Row>} the first row
 */
export async function queryRow(connection, text) {
  const client = new pg.Client(connection);
  await client.connect();
  try {
    return (await client.query(text)).rows[0];
  } finally {
    await client.end();
  }
}

/**
 * Describes the settings of PostgreSQL that the figures depend on, for the head of the table.
 * @param {pg.ClientConfig} connection
 */
export async function describeDatabase(connection) {
  const settings = ['server_version', 'fsync', 'synchronous_commit', 'full_page_writes'];
  const row = /** @type {Record<string, string>} */ (
    await queryRow(connection, `select ${settings.map((name) => `current_setting('${name}') as ${name}`)}`)
  );
  const [version, ...rest] = settings.map((name) => row[name]);
  return `PostgreSQL ${version}, ${settings
    .slice(1)
    .map((name, index) => `${name} ${rest[index]}`)
    .join(', ')}`;
}

/**
 * Counts the rows that a creation adds.
 * @param {pg.ClientConfig} connection
 * @returns {Promise<Record<string, number>>}
 */
export const countRows = (connection) =>
  queryRow(
    connection,
    `select
      (select count(*)::int from service_account) as accounts,
      (select count(*)::int from service_account_secret) as secrets,
      (select count(*)::int from audit_event where action = 'service_account.create') as events,
      (select sum(service_account_count)::int from tenant) as count`,
  );

/**
 * Checks that the database has as many more accounts, secrets and audit events as responses came, and
 * that the tenants' counts agree.
 * @param {pg.ClientConfig} connection
 * @param {number} answers
 * @param {Record<string, number>} [before] the rows before the first request
 */
export async function checkRows(connection, answers, before = {}) {
  const after = await countRows(connection);
  const counts = Object.fromEntries(
    Object.entries(after).map(([name, count]) => [name, count - (before[name] ?? 0)]),
  );
  const right = Object.values(counts).every((count) => count === answers);
  if (!right)
    throw new Error(
      `The gateway sent ${answers} success responses, but the database contains ${JSON.stringify(counts)}`,
    );
  return `Checked: the gateway sent ${answers} responses to creations, all of them successful. The database contains as many accounts, secrets and audit log entries, and the counts of the tenants add up to the same number.`;
}
