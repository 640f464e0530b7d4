import { createTenantsSql, permissions, seedAccountsSql } from './seed-accounts.sql.js';

/** How many a statement makes. More at once are no faster, and show less of how far it is. */
const batch = 10_000;

/** In milliseconds, of the oldest account. */
const age = 3 * 365 * 24 * 60 * 60 * 1000;

/**
 * @typedef {object} Wanted
 * @property {number} accounts how many to add, a tenth of them to the first tenant
 * @property {number} tenants how many to spread them over, the first one included; the others are new ones
 * @property {{ id: string, name: string }} firstTenant which may be there already
 * @property {string} pepperVersion
 */

/**
 * Adds accounts to a migrated database. What is done by the time that it fails is whole, and stays.
 * @param {[import('pg').Client, ...import('pg').Client[]]} clients that share the work, and wait for it
 * @param {Wanted} wanted
 * @param {(count: number) => void} [onProgress] told how many more accounts there are
 * @param {AbortSignal} [signal] ends it after the statements that run
 */
export async function seedAccounts(clients, wanted, onProgress, signal) {
  const [client] = clients;
  const others = await createTenants(client, wanted);
  // Each client has tenants of its own, so that none waits for another's rows.
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
 * @returns {Promise<string[]>} the ids of those beside the first
 */
async function createTenants(client, { tenants, firstTenant }) {
  const catalogue = 'insert into permission (name, description) values ($1, $2) on conflict do nothing';
  for (const permission of permissions) await client.query(catalogue, permission);
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
  // A crash loses the last batches, and nothing else. A GIN index takes many entries at once for less.
  await client.query(
    `set synchronous_commit = off; set gin_pending_list_limit = '64MB'; set work_mem = '256MB'`,
  );
  const now = Date.now();
  const total = left.first + left.others;
  /** Time goes on with what is done, so that rows come in the order in which life would bring them. */
  const at = (/** @type {number} */ rest) => new Date(now - (age * rest) / total);

  for (let rest = total; rest > 0; rest = left.first + left.others) {
    signal?.throwIfAborted();
    const part = Math.min(1, batch / rest);
    const first = Math.ceil(left.first * part);
    const count = Math.ceil(left.others * part);
    const times = [at(rest), at(rest - Math.min(rest, first + count))];
    const { rows } = await client.query(seedAccountsSql, [
      firstTenant,
      first,
      others,
      count,
      ...times,
      pepperVersion,
    ]);
    left.first -= rows[0].first;
    left.others -= rows[0].others;
    onProgress?.(rows[0].first + rows[0].others);
  }
}
