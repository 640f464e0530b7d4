import { readFile } from 'node:fs/promises';

const operation = new URL('../schema/operations/CreateServiceAccount.graphql', import.meta.url);

/** A page of 50 accounts with their creators and their tenant. */
const page = `query ($first: Int) { serviceAccounts(first: $first) {
  nodes { id name clientId status createdAt createdBy { id name email } tenant { id name } }
  pageInfo { hasNextPage endCursor }
} }`;

/**
 * Creates the two ways to create an account over HTTP: the documented REST request, and the GraphQL operation that it
 * maps onto. Both create accounts with automatic names and default permissions, and return the same facts. The list
 * reads a page of accounts over GraphQL.
 * @param {string} url
 * @param {string} token
 */
export async function createTargets(url, token) {
  const body = JSON.stringify({ query: await readFile(operation, 'utf8') });
  /** @param {string} tenant */
  const headers = (tenant) => ({ authorization: `Bearer ${token}`, 'x-tenantid': tenant });
  /** @param {string[]} tenants @param {string} body @param {string} success @returns {import('./load.js').Target} */
  const graphql = (tenants, body, success) => ({
    url,
    success,
    requests: tenants.map((tenant) => ({
      method: 'POST',
      path: '/graphql',
      headers: { ...headers(tenant), 'content-type': 'application/json' },
      body,
    })),
  });

  return {
    /** @param {string[]} tenants @returns {import('./load.js').Target} */
    rest: (tenants) => ({
      url,
      success: '{"success":true,',
      requests: tenants.map((tenant) => ({
        method: 'POST',
        path: '/api/v1/admin/service-account/create',
        headers: headers(tenant),
      })),
    }),
    /** @param {string[]} tenants */
    graphql: (tenants) => graphql(tenants, body, '{"data":{"createServiceAccount":{"serviceAccount":{'),
    /** @param {string[]} tenants */
    list: (tenants) =>
      graphql(
        tenants,
        JSON.stringify({ query: page, variables: { first: 50 } }),
        '{"data":{"serviceAccounts":{"nodes":[{',
      ),
  };
}

/**
 * Creates a tenant through the gateway.
 * @param {string} url
 * @param {string} token
 * @param {string} name
 * @returns {Promise<string>} its id
 */
export async function createTenant(url, token, name) {
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify({
      query: 'mutation ($input: CreateTenantInput!) { createTenant(input: $input) { tenant { id } } }',
      variables: { input: { name } },
    }),
  });
  const { data, errors } = /** @type {any} */ (await response.json());
  if (!data) throw new Error('The tenant could not be created', { cause: errors });
  return data.createTenant.tenant.id;
}
