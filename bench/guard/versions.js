import { setTimeout } from 'node:timers/promises';
import { developmentIdentity, developmentToken } from '../../dist/src/platform/auth/development.js';
import { makeDataDir, postmasterOf, removeDataDir, startGateway } from '../gateway.js';
import { sendAmount } from '../load.js';
import { createTargets, createTenant } from '../targets.js';
import { createClients } from '../tokens/servers.js';
import { tokenTarget } from '../tokens/token-target.js';

/** A page shows 50 accounts. @type {{ listed: number, others: number, accounts: number, clients: number }} */
const amounts = { listed: 20, others: 32, accounts: 50, clients: 200 };

/** @typedef {Awaited<ReturnType<typeof startVersion>>} Version */

/**
 * Starts the gateway of a checkout with its own database, and adds a thousand accounts through it.
 * @param {string | undefined} folder by default this checkout
 * @param {(() => Promise<void>)[]} ends gets functions that stop and remove it
 * @param {AbortSignal} signal
 */
export async function startVersion(folder, ends, signal) {
  const dataDir = await makeDataDir();
  ends.push(() => removeDataDir(dataDir));
  const { url, pid, stop } = await startGateway(dataDir, signal, folder === undefined ? {} : { folder });
  ends.push(stop);
  const identity = developmentIdentity(dataDir);
  const token = await developmentToken(identity, { role: 'super_admin', lifetime: 24 * 60 * 60 });
  /** @param {number} count @param {string} name */
  const tenants = async (count, name) => {
    const ids = [];
    for (let number = 1; number <= count; number++)
      ids.push(await createTenant(url, token, `${name} ${number}`));
    return ids;
  };
  const listed = await tenants(amounts.listed, 'Listed');
  const others = await tenants(amounts.others, 'Other');
  const targets = await createTargets(url, token);
  // One connection sends the requests in turn, so that each tenant gets as many accounts as the others.
  await sendAmount(targets.rest(listed), 1, amounts.listed * amounts.accounts, signal);
  const clients = await createClients(url, token, others[0] ?? '', amounts.clients);
  await setTimeout(500); // The gateway writes in the background what the requests have left.
  return {
    server: { pid, postmaster: (await postmasterOf(dataDir)).pid },
    targets: {
      rest: targets.rest(others),
      graphql: targets.graphql(others),
      list: targets.list(listed),
      token: tokenTarget(`${url}/oauth2/token`, clients),
    },
  };
}
