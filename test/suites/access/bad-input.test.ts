import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type Gateway, startGateway } from '../../harness/gateway.js';
import { type Account, createAccount, rowsOf } from './accounts.js';
import { aboutOne, aboutTenant, nonexistent, operation, operations } from './all-operations.js';
import {
  rightArgs,
  wrongExternalIds,
  wrongFields,
  wrongIdLists,
  wrongIds,
  wrongIdValues,
  wrongLabels,
} from './bad-input.js';
import { lists, wrongCursors } from './bad-pages.js';
import type { Args, Operation } from './operation.js';
import { callRest, type Said, send, transports, transportsOf } from './transports.js';

type Headers = Record<string, string>;

let gateway: Gateway;
let headers: Headers;
let superAdmin: Headers;
let account: Account;
/** The rows that were stored at the end of the previous test. */
let rows: string;
beforeAll(async () => {
  gateway = await startGateway();
  headers = await gateway.as('tenant_admin', await gateway.createTenant());
  superAdmin = { authorization: (await gateway.as('super_admin', '')).authorization ?? '' };
  account = await createAccount(gateway, headers);
  rows = await rowsOf(gateway);
});
afterAll(() => gateway.close());

const accounts = '/api/v1/admin/service-account';

/** Returns the headers of a caller that may use the operation. */
const allowed = ({ may }: Operation) => (may['a tenant_admin'] === 'OK' ? headers : superAdmin);

/** Asserts that a request is refused because of a field, and changes nothing. */
async function refused(field: string, ask: () => Promise<Said>) {
  const { code, details, message, data } = await ask();
  const before = rows;
  rows = await rowsOf(gateway);
  expect({ code, details }).toEqual({ code: 'BAD_USER_INPUT', details: { field } });
  expect(message.startsWith(`${field}: `)).toBe(true);
  expect(data ?? null).toBeNull();
  expect(rows).toBe(before);
}

/** Asserts that an operation with one wrong argument is refused at each of its transports. */
const refusedAtTransports = async (name: string, field: string, args: Args) => {
  const row = operation(name);
  for (const transport of transportsOf(row))
    await refused(field, () =>
      send[transport](gateway, row, allowed(row), { ...row.args(account), ...args }),
    );
};

const fields = Object.entries(wrongFields).flatMap(([name, wrong]) =>
  Object.entries(wrong).flatMap(([field, values]) => values.map((value) => [name, field, value] as const)),
);

test.each(fields)('%s names %s for %j', async (name, field, value) => {
  // The field of an item is named after its list.
  await refusedAtTransports(name, field, { [field.replace(/\.\d+$/, '')]: value });
});

/** Returns the kind of wrong ids that fits an argument. */
const kindOfId = (operation: Operation, field: string) => {
  if (operation.field === 'node') return 'id of node';
  return aboutTenant.includes(operation) ? 'id of a tenant' : field;
};
const idArguments = [...aboutOne, ...aboutTenant].flatMap((operation) =>
  Object.keys(operation.args(nonexistent))
    .filter((field) => /id$/i.test(field))
    .map((field) => ({
      name: operation.name,
      field,
      values: wrongIds[kindOfId(operation, field)] ?? [],
    })),
);
const ids = idArguments.flatMap(({ name, field, values }) => values.map((value) => ({ name, field, value })));
const idValues = idArguments.flatMap(({ name, field }) =>
  wrongIdValues.map((value) => ({ name, field, value })),
);

test.each(wrongLabels)('updateServiceAccount names %s for the labels %j', async (field, labels) => {
  await refusedAtTransports('updateServiceAccount', field, { labels });
});

test.each(wrongExternalIds)('createTenant and updateTenant name %s for %j', async (field, externalIds) => {
  await refusedAtTransports('createTenant', field, { externalIds });
  await refusedAtTransports('updateTenant', field, { externalIds });
});

test.each(ids)('$name names $field for $value', async ({ name, field, value }) => {
  await refusedAtTransports(name, field, { [field]: value });
});

test.each(idValues)('$name names $field for $value over GraphQL', async ({ name, field, value }) => {
  const row = operation(name);
  const asked = { ...row.args(account), [field]: value };
  await refused(field, () => send.GraphQL(gateway, row, allowed(row), asked));
});

const bulk = operations.filter(({ isBulk }) => isBulk).map(({ name }) => name);
const inBulk = bulk.flatMap((name) =>
  [...(wrongIds.id ?? []), ...wrongIdValues].map((value) => ({ name, value })),
);

test.each(inBulk)('$name names the one of its ids that is $value', async ({ name, value }) => {
  await refusedAtTransports(name, 'ids.1', { ids: [account.id, value] });
});

test.each(bulk)('%s takes 1 to 100 ids, each once', async (name) => {
  for (const ids of wrongIdLists(account.id)) await refusedAtTransports(name, 'ids', { ids });
});

test('a secret is no account, an account no secret, and a secret no key', async () => {
  const { id, secretId } = account;
  await refusedAtTransports('serviceAccount', 'id', { id: secretId });
  await refusedAtTransports('revokeServiceAccountSecret', 'id', { id: secretId });
  await refusedAtTransports('revokeServiceAccountSecret', 'secretId', { secretId: id });
  await refusedAtTransports('removeServiceAccountKey', 'keyId', { keyId: secretId });
});

describe.each(lists)('$name', ({ name, rest, pages, queries }) => {
  const list = operation(name);
  const endOf = async (args: Args) => {
    const { data } = await send.GraphQL(gateway, list, allowed(list), args);
    return (data as { pageInfo: { endCursor: string } }).pageInfo.endCursor;
  };

  test.each(pages)('names %s for %j', async (field, args) => {
    await refused(field, () => send.GraphQL(gateway, list, allowed(list), args));
  });

  test.each(queries)('names %s for ?%s', async (field, query) => {
    await refused(field, () => callRest(gateway, allowed(list), 'GET', `${rest}?${query}`));
  });

  test.each(Object.entries(wrongCursors))(
    'names after and before for a cursor with %s',
    async (_what, make) => {
      const endCursor = await endOf({});
      const cursor = make(JSON.parse(Buffer.from(endCursor, 'base64url').toString()), endCursor);
      await refusedAtTransports(name, 'after', { after: cursor });
      await refused('before', () => send.GraphQL(gateway, list, allowed(list), { last: 5, before: cursor }));
    },
  );

  test.each([
    ['another order', { field: 'NAME', direction: 'DESC' }],
    ['the other direction', { field: 'CREATED_AT', direction: 'ASC' }],
  ])('names after for the cursor of %s', async (_what, orderBy) => {
    await refusedAtTransports(name, 'after', { after: await endOf({ orderBy }) });
  });

  test('names after for the cursor of another list', async () => {
    const other = operation(name === 'tenants' ? 'serviceAccounts' : 'tenants');
    const { data } = await send.GraphQL(gateway, other, allowed(other), {});
    const { endCursor } = (data as { pageInfo: { endCursor: string } }).pageInfo;
    await refusedAtTransports(name, 'after', { after: endCursor });
  });
});

const mutations = operations.filter(({ isMutation }) => isMutation).map(({ name }) => name);
test.each(mutations)('%s names an unknown field', async (name) => {
  await refusedAtTransports(name, 'color', { color: 'red' });
});

describe.each(operations.filter(({ rest }) => rest))('$rest', ({ rest = '', name, isMutation }) => {
  const [method = '', path = ''] = rest.split(' ');
  const placed = () => path.replace(/:(\w+)/g, (_, name) => String(account[name as 'id']));
  const as = () => allowed(operation(name));
  const ask = (query: string, body?: unknown) => callRest(gateway, as(), method, placed() + query, body);

  // The documented request has always ignored unknown query parameters.
  if (name !== 'createServiceAccount') {
    test('names an unknown query parameter', async () => {
      await refused('color', () => ask('?color=red'));
    });
  }

  if (!isMutation) {
    test('names a field of a body that is not asked for', async () => {
      await refused('first', () => ask('', { first: 5 }));
    });
  }

  for (const [, field = ''] of path.matchAll(/:(\w+)/g)) {
    if (isMutation) {
      test(`names ${field} in a body`, async () => {
        await refused(field, () => ask('', { [field]: account[field as 'id'] }));
      });
    }
  }
});

test('a path that is not text is bad input', async () => {
  await refused('path', () => callRest(gateway, headers, 'GET', `${accounts}/%zz`));
});

describe.each(transports)('over %s', (transport) => {
  test.each([
    'createServiceAccount',
    'rotateServiceAccountSecret',
    'createServiceAccountSecret',
    'rotateServiceAccountSecrets',
  ])('%s names an idempotency-key that is too short', async (name) => {
    const row = operation(name);
    const keyed = { ...headers, 'idempotency-key': 'fifteen letters' };
    await refused('idempotency-key', () => send[transport](gateway, row, keyed, row.args(account)));
  });
});

test.each(rightArgs)('%s is fine with %j', async (name, args) => {
  const row = operation(name);
  const other = await createAccount(gateway, headers);
  for (const transport of transportsOf(row)) {
    const said = await send[transport](gateway, row, allowed(row), { ...row.args(other), ...args });
    expect({ transport, code: said.code }).toEqual({ transport, code: 'OK' });
  }
  rows = await rowsOf(gateway);
});
