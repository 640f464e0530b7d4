import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { createPath, type Gateway, startGateway } from '../../../harness/gateway.js';

let gateway: Gateway;
let tenant: string;
let headers: Record<string, string>;
beforeAll(async () => {
  gateway = await startGateway();
  tenant = await gateway.createTenant();
  headers = await gateway.as('tenant_admin', tenant);
});
afterAll(() => gateway.close());

/** Returns each table that has the text in any column of any row, be it as text, in JSON or as bytes. */
async function tablesWith(text: string): Promise<string[]> {
  const tables = await gateway.sql<{ name: string }>(
    `select format('%I.%I', table_schema, table_name) as name from information_schema.tables
     where table_schema not in ('pg_catalog', 'information_schema') and table_type = 'BASE TABLE'`,
  );
  expect(tables.length).toBeGreaterThanOrEqual(5);
  const hex = Buffer.from(text).toString('hex');
  const found: string[] = [];
  for (const { name } of tables) {
    const query = `select from ${name} as row where strpos(row::text, $1) > 0 or strpos(row::text, $2) > 0`;
    if ((await gateway.sql(query, [text, hex])).length > 0) found.push(name);
  }
  return found;
}

const logged = (text: string) => gateway.log.filter((line) => line.includes(text));

test('the secret is stored nowhere', async () => {
  const rest = (await gateway.create(headers, { name: 'visible-canary' })).body.data.clientSecret;
  const mutation = 'mutation { createServiceAccount { clientSecret } }';
  const graphql = (await gateway.graphql(headers, mutation)).body.data.createServiceAccount.clientSecret;
  for (const secret of [rest, graphql]) {
    expect(await tablesWith(secret)).toEqual([]);
    expect(await tablesWith(secret.slice(10, -4))).toEqual([]);
  }
  // A name that is stored is found, so that the search works.
  expect(await tablesWith('visible-canary')).toEqual(
    expect.arrayContaining(['public.audit_event', 'public.service_account']),
  );
});

test('the token is stored nowhere', async () => {
  await gateway.create(headers);
  await gateway.create({ ...(await gateway.as('tenant_viewer', tenant)) });
  expect(await tablesWith(headers.authorization?.slice(7) ?? '')).toEqual([]);
});

test('neither the secret nor the token is in the log of a call that succeeds', async () => {
  const { body } = await gateway.create({ ...headers, 'x-request-id': 'a-success' });
  expect(logged('a-success')).not.toEqual([]);
  expect(logged(body.data.clientSecret)).toEqual([]);
  expect(logged(headers.authorization?.slice(7) ?? '')).toEqual([]);
});

/** A text in the form of a token, which stands in each failing request where a secret may stand. */
const canary = 'eyJhbGciOiJub25lIn0.canary.canary';
const failures: Record<string, (given: Record<string, string>) => Promise<{ status: number }>> = {
  'a token that is not valid': (given) =>
    gateway.create({ ...given, authorization: `Bearer ${canary}`, 'x-tenantid': tenant }),
  'credentials of another scheme': (given) =>
    gateway.create({ ...given, authorization: `Basic ${canary}`, 'x-tenantid': tenant }),
  'a token that is not valid, over GraphQL': (given) =>
    gateway.graphql({ ...given, authorization: `Bearer ${canary}` }, '{ viewer { id } }'),
  'a token in the query string': (given) =>
    gateway.request(`${createPath}?access_token=${canary}`, { method: 'POST', headers: given }),
  'a token in the query string of an unknown path': (given) =>
    gateway.request(`/x?access_token=${canary}`, { headers: given }),
  'broken JSON': (given) =>
    gateway.request(createPath, {
      method: 'POST',
      headers: { ...headers, ...given, 'content-type': 'application/json' },
      body: `{"clientSecret":"${canary}"`,
    }),
  'broken JSON, over GraphQL': (given) =>
    gateway.request('/graphql', {
      method: 'POST',
      headers: { ...headers, ...given, 'content-type': 'application/json' },
      body: `{"clientSecret":"${canary}"`,
    }),
  'an unknown field': (given) => gateway.create({ ...headers, ...given }, { clientSecret: canary }),
  'a variable that does not fit': (given) =>
    gateway.graphql(
      { ...headers, ...given },
      'mutation ($input: CreateServiceAccountInput) { createServiceAccount(input: $input) { clientSecret } }',
      { input: { clientSecret: canary } },
    ),
  'a header of another name': (given) =>
    gateway.create({ ...given, 'x-api-key': canary, cookie: `session=${canary}` }),
};

test.each(Object.entries(failures))('nothing of %s is in the log', async (_what, fail) => {
  const id = crypto.randomUUID();
  const { status } = await fail({ 'x-request-id': id });
  expect(status).toBeGreaterThanOrEqual(400);
  expect(logged(id)).not.toEqual([]);
  expect(logged(canary)).toEqual([]);
  expect(logged('canary.canary')).toEqual([]);
});

test('neither the secret nor the token is in the log of a call that the database fails', async () => {
  await gateway.sql('alter table audit_event rename to hidden_table');
  const { status } = await gateway.create({ ...headers, 'x-request-id': 'a-failure' }, { name: 'kept' });
  await gateway.sql('alter table hidden_table rename to audit_event');
  expect(status).toBe(500);
  expect(logged('a-failure').join('')).toMatch('audit_event');
  expect(logged('sa_secret_')).toEqual([]);
  expect(logged(headers.authorization?.slice(7) ?? '')).toEqual([]);
  expect(logged('Bearer ')).toEqual([]);
});
