import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

const program = fileURLToPath(new URL('stock-provider.js', import.meta.url));

/**
 * Starts a stock oidc-provider in its own process.
 * @param {import('./stock-provider.js').Setup} setup
 * @returns {Promise<{ url: string, stop: () => void }>} the URL of its token endpoint
 */
export async function startStock(setup) {
  const child = fork(program, { stdio: ['ignore', 'ignore', 'inherit', 'ipc'], detached: true });
  child.send(setup);
  const ended = once(child, 'exit').then(() => {
    throw new Error(`The stock oidc-provider (${setup.kind}) stopped before it was ready`);
  });
  const [{ port }] = await Promise.race([once(child, 'message'), ended]);
  ended.catch(() => {});
  return { url: `http://127.0.0.1:${port}/token`, stop: () => child.disconnect() };
}

/**
 * Creates service accounts of one tenant through the gateway.
 * @param {string} url @param {string} token @param {string} tenant @param {number} count
 * @param {string[]} [permissions] defaults to the default permissions
 */
export async function createClients(url, token, tenant, count, permissions) {
  /** @type {{ id: string, secret: string, account: string }[]} */
  const clients = [];
  for (let made = 0; made < count; made++) {
    const response = await fetch(`${url}/api/v1/admin/service-account/create`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${token}`,
        'x-tenantid': tenant,
        'content-type': 'application/json',
      },
      body: JSON.stringify({ permissions }),
    });
    const { data, message } = /** @type {any} */ (await response.json());
    if (!data) throw new Error(`The service account could not be created: ${message}`);
    clients.push({ id: data.clientId, secret: data.clientSecret, account: data.id });
  }
  return clients;
}
