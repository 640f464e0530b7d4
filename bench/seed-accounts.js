import { createTenantsSql, permissions, seedAccountsSql } from './seed-accounts.sql.js';

/** The number of accounts that a statement makes. A larger one would be no faster, and would show less progress. */
const batch = 10_000;

/** The age of the oldest account in milliseconds. */
const age = 3 * 365 * 24 * 60 * 60 * 1000;

/**
 * @typedef {object} Wanted
 * @property {number} accounts how many to add, a tenth of them to the first tenant
 * @property {number} tenants how many tenants to spread them over: the first one and new ones
 * @property {{ id: string, name: string }} firstTenant a tenant that may already exist
 * @property {string} pepperVersion
 */

/**
 * Adds accounts to a migrated database. If it fails, the accounts that it has added stay, and are whole.
 * @param {[import('pg').Client, ...import('pg').Client[]]} clients share the work
 * @param {Wanted} wanted
 * @param {(count: number) => void} [onProgress] receives how many more accounts there are
 * @param {AbortSignal} [signal] ends the work after the statements that are running
 */
export async function seedAccounts(clients, wanted, onProgress, signal) {
  const [client] = clients;
  const others = await createTenants(client, wanted);
  // Each client has its own tenants, so that no client waits for rows that another one has locked.
  const workers = clients.slice(0, Math.max(1, others.length));
  const first = others.length > 0 ? Math.ceil(wanted.accounts / 10) : wanted.accounts;
  const share = Math.ceil((wanted.accounts - first) / workers.length);
  await Promise.all(
    workers.map((worker, index) =>
      fill(worker, {
        firstTenant: wanted.firstTenant.id,
        others: others.filter((_, number) => number % workers.length === index),
        left: {
          first: index === 0 ? first : 0,
          others: Math.min(share, wanted.accounts - first - share * index),
        },
        pepperVersion: wanted.pepperVersion,
        onProgress,
        signal,
      }),
    ),
  );
  await client.query('vacuum (analyze) tenant, service_account, service_account_secret, audit_event');
}

/**
 * @param {import('pg').Client} client
 * @param {Wanted} wanted
 * @returns {Promise<string[]>} the ids of the tenants other than the first
 */
async function createTenants(client, { tenants, firstTenant }) {
  const insert = 'insert into permission (name, description) values ($1, $2) on conflict do nothing';
  for (const permission of permissions) await client.query(insert, permission);
  await client.query(
    'insert into tenant (id, name, service_account_limit) values ($1, $2, 100) on conflict do nothing',
    [firstTenant.id, firstTenant.name],
  );
  const { rows } = await client.query(createTenantsSql, [tenants - 1]);
  return rows.map(({ id }) => id);
}

/**
 * @param {import('pg').Client} client
 * @param {object} work
 * @param {string} work.firstTenant
 * @param {string[]} work.others
 * @param {{ first: number, others: number }} work.left how many to make
 * @param {string} work.pepperVersion
 * @param {((count: number) => void) | undefined} work.onProgress
 * @param {AbortSignal | undefined} work.signal
 */
async function fill(client, { firstTenant, others, left, pepperVersion, onProgress, signal }) {
  const now = Date.now();
  const total = left.first + left.others;
  /** Returns when an account was created. Later rows have later times, as rows that a gateway inserts. */
  const at = (/** @type {number} */ rest) => new Date(now - (age * rest) / total);

  for (let rest = total; rest > 0; rest = left.first + left.others) {
    signal?.throwIfAborted();
    const part = Math.min(1, batch / rest);
    const first = Math.ceil(left.first * part);
    const count = Math.ceil(left.others * part);
    const times = [at(rest), at(rest - Math.min(rest, first + count))];
    // Without synchronous commits a crash can lose only the last batches. A GIN index adds many entries together
    // cheaply. A connection pooler could give the session to another client, with settings of the session.
    await client.query(
      `begin; set local synchronous_commit = off; set local gin_pending_list_limit = '64MB'; set local work_mem = '256MB'`,
    );
    const { rows } = await client.query(seedAccountsSql, [
      firstTenant,
      first,
      others,
      count,
      ...times,
      pepperVersion,
    ]);
    await client.query('commit');
    left.first -= rows[0].first;
    left.others -= rows[0].others;
    onProgress?.(rows[0].first + rows[0].others);
  }
}
