/**
 * Creates requests for access tokens, one of each client with its secret.
 * @param {string} endpoint
 * @param {import('./stock-provider.js').Setup['clients']} clients
 * @param {string} [start] the first characters of each token, by default those of a JWT
 * @returns {import('../load.js').Target}
 */
export function tokenTarget(endpoint, clients, start = 'eyJ') {
  const { origin, pathname } = new URL(endpoint);
  return {
    url: origin,
    success: `{"access_token":"${start}`,
    dealt: true,
    requests: clients.map(({ id, secret }) => ({
      method: 'POST',
      path: pathname,
      headers: {
        authorization: `Basic ${Buffer.from(`${id}:${secret}`).toString('base64')}`,
        'content-type': 'application/x-www-form-urlencoded',
      },
      body: 'grant_type=client_credentials&scope=api%3Aread%20api%3Awrite',
    })),
  };
}
