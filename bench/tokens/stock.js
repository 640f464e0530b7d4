// A stock oidc-provider on bare node:http, as its documentation sets it up to give machines the kind of token that the
// gateway gives: client_credentials, client_secret_basic, an RFC 9068 JWT signed by ES256 for one resource. A process of
// its own, which is told by its parent what to be (Setup), tells the port, and ends with its parent.
import { generateKeyPairSync } from 'node:crypto';
import { createServer } from 'node:http';
import { createPostgresAdapter } from './postgres-adapter.js';

/**
 * @typedef {object} Setup
 * @property {'memory' | 'postgres' | 'opaque'} kind with JWTs and its own store in memory, with JWTs and one in
 *   PostgreSQL, or with what it does by default: opaque tokens, kept in memory
 * @property {{ id: string, secret: string }[]} clients
 * @property {import('../gateway.js').Connection} database
 */

const scope = 'api:read api:write';
const lifetime = 600;

process.once('disconnect', () => process.exit());
process.once('message', async (/** @type {Setup} */ setup) => {
  process.send?.({ port: await serve(setup) });
});

/** @param {Setup} setup @returns {Promise<number>} the port */
async function serve({ kind, clients, database }) {
  // It warns as it is loaded where Node is older than it likes, and that its store is in memory.
  console.warn = () => {};
  console.info = () => {};
  const { default: Provider } = await import('oidc-provider');
  const metadata = clients.map(({ id, secret }) => ({
    client_id: id,
    client_secret: secret,
    grant_types: ['client_credentials'],
    redirect_uris: [],
    response_types: [],
    scope,
  }));
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = /** @type {import('node:net').AddressInfo} */ (server.address());
  const resource = 'https://api.example.com';
  const provider = new Provider(`http://127.0.0.1:${port}`, {
    ...(kind === 'postgres'
      ? { adapter: await createPostgresAdapter(database, metadata) }
      : { clients: metadata }),
    jwks: {
      keys: [generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({ format: 'jwk' })],
    },
    clientDefaults: { id_token_signed_response_alg: 'ES256' },
    scopes: scope.split(' '),
    ttl: { ClientCredentials: lifetime },
    features: {
      clientCredentials: { enabled: true },
      devInteractions: { enabled: false },
      resourceIndicators: {
        enabled: kind !== 'opaque',
        defaultResource: () => resource,
        getResourceServerInfo: () => ({
          scope,
          audience: resource,
          accessTokenTTL: lifetime,
          accessTokenFormat: 'jwt',
          jwt: { sign: { alg: 'ES256' } },
        }),
      },
    },
  });
  server.on('request', provider.callback());
  return port;
}
