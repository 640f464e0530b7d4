import { getIntrospectionQuery } from 'graphql';
import { generateSecret } from '../../dist/src/features/service-accounts/secrets/secret.js';
import { createTenant } from '../targets.js';
import { createClients } from '../tokens/servers.js';

/**
 * Creates the floods, each from its own address.
 * @param {string} url @param {string} token the token of a super_admin
 * @returns {Promise<{ name: string, request: import('autocannon').Request }[]>}
 */
export async function createFloods(url, token) {
  const tenant = await createTenant(url, token, 'Floods');
  const [machine] = await createClients(url, token, tenant, 1);
  const [api] = await createClients(url, token, tenant, 1, ['oauth:introspect']);
  if (!machine || !api) throw new Error('The service accounts could not be created');
  const accessToken = await issueToken(url, machine);
  const nobody = { id: 'sa_client_000000000000', secret: generateSecret() };

  /** @type {{ name: string, request: import('autocannon').Request }[]} */
  const floods = [
    { name: 'readiness', request: { path: '/readyz' } },
    { name: 'tokens of one client', request: post('token', machine, 'grant_type=client_credentials') },
    { name: 'introspection', request: post('introspect', api, `token=${accessToken}`) },
    { name: 'wrong secrets', request: post('token', nobody, 'grant_type=client_credentials') },
    { name: 'the page of GraphiQL', request: { path: '/graphql', headers: { accept: 'text/html' } } },
    { name: 'GraphQL with an invalid token', request: graphqlWith('{ viewer { id } }', `${token}x`) },
    { name: 'GraphQL introspection without a token', request: graphqlWith(getIntrospectionQuery()) },
    {
      name: 'long GraphQL documents without a token',
      request: graphqlWith(`{ a(b: "${'x'.repeat(99_000)}") }`),
    },
  ];
  return floods.map(({ name, request }, index) => ({
    name,
    request: { ...request, headers: { ...request.headers, 'x-forwarded-for': `198.51.100.${index + 1}` } },
  }));
}

/** @typedef {{ id: string, secret: string }} Client */

/** @param {string} endpoint @param {Client} client @param {string} body @returns {import('autocannon').Request} */
const post = (endpoint, client, body) => ({
  method: 'POST',
  path: `/oauth2/${endpoint}`,
  headers: {
    authorization: `Basic ${Buffer.from(`${client.id}:${client.secret}`).toString('base64')}`,
    'content-type': 'application/x-www-form-urlencoded',
  },
  body,
});

/** @param {string} query @param {string} [token] @returns {import('autocannon').Request} */
const graphqlWith = (query, token) => ({
  method: 'POST',
  path: '/graphql',
  headers: { ...(token && { authorization: `Bearer ${token}` }), 'content-type': 'application/json' },
  body: JSON.stringify({ query }),
});

/** @param {string} url @param {Client} client @returns {Promise<string>} */
async function issueToken(url, client) {
  const { path, ...request } = post('token', client, 'grant_type=client_credentials');
  const response = await fetch(url + path, /** @type {RequestInit} */ (request));
  return /** @type {any} */ (await response.json()).access_token;
}
