// Runs a stock oidc-provider on bare node:http, set up by its documentation to issue the kind of token that the gateway
// issues: client_credentials, client_secret_basic, an RFC 9068 JWT signed by ES256 for one resource. It runs in a
// its own process, which gets its Setup from its parent, sends back the port, and ends with its parent.
import { generateKeyPairSync } from 'node:crypto';
import { createServer } from 'node:http';
import { createPostgresAdapter } from './postgres-adapter.js';

/**
 * @typedef {object} Setup
 * @property {'memory' | 'postgres' | 'opaque'} kind JWTs and the library's own store in memory; JWTs and a store in
 *   PostgreSQL; or the library's default, opaque tokens that are stored in memory
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
  // The library would print warnings of an older Node and of its store in memory.
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
