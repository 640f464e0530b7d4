import { readFile } from 'node:fs/promises';

const path = '/api/v1/admin/service-account';

/**
 * Creates the operations on one account and on many accounts, over REST and over GraphQL. Over GraphQL each of them is
 * the operation that the REST request maps onto.
 * @param {string} url
 * @param {string} token
 * @param {string} tenant
 */
export async function createCalls(url, token, tenant) {
  const headers = {
    authorization: `Bearer ${token}`,
    'x-tenantid': tenant,
    'content-type': 'application/json',
  };
  const documents = await readDocuments();

  /** @param {string} method @param {string} target @param {object} [body] @returns {Promise<any>} */
  const send = async (method, target, body) => {
    const response = await fetch(url + target, { method, headers, body: body && JSON.stringify(body) });
    const answer = /** @type {any} */ (await response.json());
    if (!response.ok || answer.errors) throw new Error(`The request failed: ${JSON.stringify(answer)}`);
    return answer;
  };

  return {
    /** Creates an account. @returns {Promise<string>} its id */
    create: async () => (await send('POST', `${path}/create`)).data.id,
    /** The two ways to send each measured call. @type {Record<'REST' | 'GraphQL', Target>} */
    targets: {
      REST: {
        one: ({ rest: [method, target] }, id, input) => send(method, `${path}/${id}${target}`, input),
        many: async ({ bulk }, ids, input) => {
          const { data } = await send('POST', `${path}/bulk/${bulk}`, { ids, ...input });
          requireAll(data);
        },
      },
      GraphQL: {
        one: ({ operation }, id, input) =>
          send('POST', '/graphql', { query: documents[operation], variables: { input: { id, ...input } } }),
        many: async ({ bulkOperation }, ids, input) => {
          const variables = { input: { ids, ...input } };
          const { data } = await send('POST', '/graphql', { query: documents[bulkOperation], variables });
          for (const { results } of Object.values(data)) requireAll(results);
        },
      },
    },
  };
}

/**
 * @typedef {object} Operation
 * @property {string} name
 * @property {[method: string, path: string]} rest
 * @property {string} bulk
 * @property {string} operation
 * @property {string} bulkOperation
 * @property {(round: number) => object} input the input beside the accounts
 */

/**
 * @typedef {object} Target
 * @property {(operation: Operation, id: string, input: object) => Promise<unknown>} one
 * @property {(operation: Operation, ids: string[], input: object) => Promise<unknown>} many
 */

/** The operations in an order in which each of them changes something. @type {Operation[]} */
export const operations = [
  {
    name: 'disable',
    rest: ['POST', '/disable'],
    bulk: 'disable',
    operation: 'DisableServiceAccount',
    bulkOperation: 'DisableServiceAccounts',
    input: () => ({}),
  },
  {
    name: 'enable',
    rest: ['POST', '/enable'],
    bulk: 'enable',
    operation: 'EnableServiceAccount',
    bulkOperation: 'EnableServiceAccounts',
    input: () => ({}),
  },
  {
    name: 'set permissions',
    rest: ['PUT', '/permissions'],
    bulk: 'permissions',
    operation: 'SetServiceAccountPermissions',
    bulkOperation: 'SetServiceAccountsPermissions',
    input: (round) => ({ permissions: round % 2 ? ['api:read'] : ['api:read', 'api:write'] }),
  },
  {
    name: 'rotate',
    rest: ['POST', '/rotate-secret'],
    bulk: 'rotate-secret',
    operation: 'RotateServiceAccountSecret',
    bulkOperation: 'RotateServiceAccountSecrets',
    input: () => ({ overlapSeconds: 0 }),
  },
  {
    name: 'delete',
    rest: ['DELETE', ''],
    bulk: 'delete',
    operation: 'DeleteServiceAccount',
    bulkOperation: 'DeleteServiceAccounts',
    input: () => ({}),
  },
];

/** @returns {Promise<Record<string, string>>} the documents by operation, each with the fragments that it needs */
async function readDocuments() {
  const names = operations.flatMap(({ operation, bulkOperation }) => [operation, bulkOperation]);
  return Object.fromEntries(await Promise.all(names.map(async (name) => [name, await readDocument(name)])));
}

/** @param {string} name @returns {Promise<string>} */
async function readDocument(name) {
  const found = new Map();
  const read = async (/** @type {string} */ one) => {
    if (found.has(one)) return;
    const text = await readFile(new URL(`../schema/operations/${one}.graphql`, import.meta.url), 'utf8');
    found.set(one, text);
    for (const [, fragment = ''] of text.matchAll(/\.\.\.(\w+)/g)) await read(fragment);
  };
  await read(name);
  return [...found.values()].join('\n');
}

/** @param {{ error: unknown }[]} results */
function requireAll(results) {
  const failed = results.find(({ error }) => error !== null);
  if (failed) throw new Error(`A service account was not changed: ${JSON.stringify(failed.error)}`);
}
