import { developmentIdentity, developmentToken } from '../../dist/src/platform/auth/development.js';
import { countRows, queryRow } from '../database.js';
import { databaseOf, makeDataDir, postmasterOf, removeDataDir, startGateway } from '../gateway.js';
import { startPlain } from '../plain/start-plain.js';
import { seedDataDir } from '../seed-data-dir.js';
import { createTargets } from '../targets.js';
import { createClients } from '../tokens/servers.js';
import { tokenTarget } from '../tokens/token-target.js';

export const seeded = { accounts: 300_000, tenants: 10_000 };

/**
 * What is measured: a server, and the requests that it gets.
 * @typedef {object} Subject
 * @property {import('../cpu.js').Server} server
 * @property {{ [name: string]: import('../load.js').Target }} targets
 */

/**
 * Starts the gateway on a database with other accounts.
 * @param {(() => Promise<void>)[]} ends gets functions that stop and remove it
 * @param {AbortSignal} signal
 */
export async function startOurs(ends, signal) {
  const dataDir = await makeDataDir();
  ends.push(() => removeDataDir(dataDir));
  await seedDataDir(dataDir, seeded.accounts, signal, seeded.tenants);
  const { url, pid, stop } = await startGateway(dataDir, signal);
  ends.push(stop);
  const database = await databaseOf(dataDir);
  await queryRow(database, 'update tenant set service_account_limit = 2147483647');
  const tenants = await chooseTenants(database, 'service_account_count', `status = 'active'`);
  const identity = developmentIdentity(dataDir);
  const token = await developmentToken(identity, { role: 'super_admin', lifetime: 24 * 60 * 60 });
  const clients = await createClients(url, token, tenants.others[0] ?? '', 1000);
  return {
    dataDir,
    stop,
    database,
    token,
    tenants,
    clients,
    rowsBefore: await countRows(database),
    server: { pid, postmaster: (await postmasterOf(dataDir)).pid },
    targets: await targetsOf(url, token, tenants, clients),
    publicKey: identity.publicKey,
  };
}

/**
 * Starts the plain server on a database of the same size. It accepts the gateway's token.
 * @param {import('jose').JWK} publicKey @param {string} token
 * @param {(() => Promise<void>)[]} ends
 */
export async function startPeer(publicKey, token, ends) {
  const dataDir = await makeDataDir();
  ends.push(() => removeDataDir(dataDir));
  const { url, pid, connection } = await startPlain(dataDir, seeded, publicKey, ends);
  const tenants = await chooseTenants(connection, 'accounts', 'true');
  return {
    connection,
    server: { pid, postmaster: (await postmasterOf(dataDir)).pid },
    targets: await targetsOf(url, token, tenants),
  };
}

/**
 * @param {string} url @param {string} token @param {{ listed: string[], others: string[] }} tenants
 * @param {{ id: string, secret: string }[]} [clients] request access tokens, except at the plain server
 */
export async function targetsOf(url, token, { listed, others }, clients = []) {
  const { rest, graphql, list } = await createTargets(url, token);
  return {
    rest: rest(others),
    hot: rest(others.slice(0, 1)),
    graphql: graphql(others),
    list: list(listed),
    token: tokenTarget(`${url}/oauth2/token`, clients),
  };
}

/**
 * Chooses tenants whose lists have several pages, and other tenants to create accounts in.
 * @param {import('../gateway.js').Connection} database
 * @param {string} count the column with the number of accounts
 * @param {string} condition
 * @returns {Promise<{ listed: string[], others: string[] }>}
 */
const chooseTenants = (database, count, condition) =>
  queryRow(
    database,
    `with chosen as (
      select id, ${count} between 80 and 400 as is_listed,
        row_number() over (partition by ${count} between 80 and 400 order by md5(id::text)) as place
      from tenant where ${condition} and ${count} between 1 and 400
    )
    select json_agg(id) filter (where is_listed) as listed, json_agg(id) filter (where not is_listed) as others
    from chosen where place <= 200`,
  );

/**
 * Checks that each page has 50 accounts. The load generator looks only at the start of a response.
 * @param {import('../load.js').Target} target
 */
export async function checkPages({ url, requests }) {
  for (const { path, method, headers, body } of requests) {
    const init = /** @type {RequestInit} */ ({ method, headers, body });
    const { data } = /** @type {any} */ (await (await fetch(`${url}${path}`, init)).json());
    if (data?.serviceAccounts.nodes.length !== 50) throw new Error('A page does not have 50 accounts');
  }
}
