import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { deleteDocument, setAudience } from '../../features/audiences/audience-calls.js';
import { type Somebody, somebody } from '../../harness/admin.js';
import { type Gateway, startGateway } from '../../harness/gateway.js';
import { basic, decode, type Machine, machine, post } from './machine.js';

const byDefault = 'https://gateway.example.com/api';
const [mcp, orders, own, theirs] = ['mcp', 'orders', 'own', 'theirs'].map(
  (name) => `https://${name}.example.com`,
) as [string, string, string, string];

let gateway: Gateway;
let owner: Somebody;
/** It has the permissions `api:read` and `api:write`. */
let one: Machine;
beforeAll(async () => {
  gateway = await startGateway();
  one = await machine(gateway);
  owner = await somebody(gateway, one.admin.tenant, 'super_admin');
  await gateway.sql(
    `insert into permission (name, description) values ('orders:read', ''), ('orders:cancel', '')`,
  );
  await setAudience(owner, { uri: mcp, permissions: ['api:read'] });
  await setAudience(owner, { uri: orders, permissions: ['api:write', 'orders:read', 'orders:cancel'] });
  await setAudience(owner, { uri: own, permissions: ['api:read'], tenantId: one.admin.tenant });
  await setAudience(owner, { uri: theirs, tenantId: await gateway.createTenant() });
});
afterAll(() => gateway.close());

const ask = (resources: string[], params: Record<string, string> = {}, client: Machine = one) =>
  post(
    gateway,
    'token',
    [
      ['grant_type', 'client_credentials'],
      ...resources.map((resource): [string, string] => ['resource', resource]),
      ...Object.entries(params),
    ],
    { authorization: basic(client) },
  );

/** The audience and the scope of a token, and the scope of the response. */
async function granted(resources: string[], params?: Record<string, string>, client?: Machine) {
  const { status, body } = await ask(resources, params, client);
  if (status !== 200) return body;
  const { aud, scope } = decode(body.access_token).payload;
  expect(body.scope).toBe(scope);
  return { aud, scope };
}

const invalidTarget = {
  error: 'invalid_target',
  error_description:
    'each resource must be an audience for which the service account can get access tokens, or the default audience',
};

test.each<[string, string[], string | string[], string]>([
  ['an audience', [mcp], mcp, 'api:read'],
  ['an audience of the tenant', [own], own, 'api:read'],
  ['an audience with the path /', [`${mcp}/`], mcp, 'api:read'],
  ['an audience twice', [mcp, `${mcp}/`, mcp], mcp, 'api:read'],
  ['two audiences', [orders, mcp], [orders, mcp], 'api:read api:write'],
  ['the default audience', [byDefault], byDefault, 'api:read api:write'],
  ['an audience and the default audience', [mcp, byDefault], [mcp, byDefault], 'api:read api:write'],
  ['nothing', [''], byDefault, 'api:read api:write'],
])('for %s, the scope is what they know', async (_what, resources, aud, scope) => {
  expect(await granted(resources)).toEqual({ aud, scope });
});

test.each([
  ['is cut to what the audience knows', [mcp], 'api:write api:read', 'api:read'],
  ['keeps its order', [mcp, orders], 'api:write api:read', 'api:write api:read'],
])('a requested scope %s', async (_what, resources, scope, cut) => {
  expect(await granted(resources, { scope })).toMatchObject({ scope: cut });
});

test('a requested scope of which nothing remains is invalid', async () => {
  expect(await ask([mcp], { scope: 'api:write' })).toMatchObject({
    status: 400,
    body: {
      error: 'invalid_scope',
      error_description: 'the resource knows none of the permissions in scope',
    },
  });
});

test('so is a permission that the account does not have, even if the audience knows it', async () => {
  expect((await ask([orders], { scope: 'orders:read' })).body).toEqual({
    error: 'invalid_scope',
    error_description: 'the service account does not have these permissions: orders:read',
  });
});

test.each<[string, string[]]>([
  ['is unknown', ['https://nowhere.example.com']],
  ['belongs to another tenant', [theirs]],
  ['is one of several', [mcp, theirs]],
  ['has a path that the audience has not', [`${mcp}/mcp`]],
  ['has a fragment', [`${mcp}/#tools`]],
  ['is in another case', ['https://MCP.example.com']],
  ['contains NUL', ['https://mcp.example.com\u0000']],
  ['is not ASCII', ['https://m\u00fcnchen.example.com']],
  ['is too long', [`https://mcp.example.com/${'x'.repeat(300)}`]],
])('a resource that %s is an invalid target', async (_what, resources) => {
  expect(await ask(resources)).toMatchObject({ status: 400, body: invalidTarget });
});

test('so is an audience that knows none of the permissions of the account', async () => {
  const reader = await machine(gateway, { permissions: ['api:read'] }, one.admin);
  expect((await ask([orders], {}, reader)).body).toEqual(invalidTarget);
  const none = await machine(gateway, { permissions: [] }, one.admin);
  expect((await ask([mcp], {}, none)).body).toEqual(invalidTarget);
  expect(await granted([byDefault], {}, none)).toEqual({ aud: byDefault, scope: undefined });
});

test('a URI of the maximum length with an empty path is found', async () => {
  const uri = 'https://long.example.com?'.padEnd(255, 'x');
  await setAudience(owner, { uri });
  expect(await granted([uri])).toEqual({ aud: uri, scope: 'api:read' });
});

test('the audit log of the account says that the target was invalid', async () => {
  const other = await machine(gateway, {}, one.admin);
  await ask([theirs], {}, other);
  const [entry] = await untilRecorded(other.id);
  expect(entry).toMatchObject({ after: { reason: 'invalid_target' } });
});

const untilRecorded = async (id: string) => {
  for (;;) {
    const found = await gateway.sql(
      `select after from audit_event where target = $1 and action = 'service_account.sign_in'`,
      [id],
    );
    if (found.length > 0) return found;
  }
};

test('ten resources are read, and no more', async () => {
  expect((await ask(Array.from({ length: 10 }, () => mcp))).status).toBe(200);
  expect(await ask(Array.from({ length: 11 }, () => mcp))).toMatchObject({
    status: 400,
    body: {
      error: 'invalid_request',
      error_description: 'the parameter resource must occur at most 10 times',
    },
  });
});

test('introspection tells the audiences as they are in the token', async () => {
  const asker = await machine(gateway, { permissions: ['oauth:introspect'] }, one.admin);
  for (const [resources, aud] of [
    [[mcp], mcp],
    [
      [orders, mcp],
      [orders, mcp],
    ],
  ] as const) {
    const token = (await ask([...resources])).body.access_token;
    const { body } = await post(gateway, 'introspect', { token }, { authorization: basic(asker) });
    expect(body).toMatchObject({ active: true, aud });
    expect((await post(gateway, 'revoke', { token }, { authorization: basic(one) })).status).toBe(200);
    const after = await post(gateway, 'introspect', { token }, { authorization: basic(asker) });
    expect(after.body).toEqual({ active: false });
  }
});

test('a change of the catalog counts from the next token', async () => {
  const uri = 'https://changing.example.com';
  expect((await ask([uri])).body).toEqual(invalidTarget);
  await setAudience(owner, { uri, permissions: ['api:read'] });
  expect(await granted([uri])).toEqual({ aud: uri, scope: 'api:read' });
  await setAudience(owner, { uri: `${uri}/`, permissions: ['api:write'] });
  expect(await granted([uri])).toEqual({ aud: `${uri}/`, scope: 'api:write' });
  await owner.run(deleteDocument, { input: { uri } });
  expect((await ask([uri])).body).toEqual(invalidTarget);
});

test('100 requests for audiences at the same time get each their own', async () => {
  const wanted = Array.from(
    { length: 100 },
    (_, number) => [[mcp], [orders], [own], [theirs]][number % 4] ?? [],
  );
  const answers = await Promise.all(wanted.map((resources) => ask(resources)));
  for (const [index, { body }] of answers.entries()) {
    const [uri] = wanted[index] ?? [];
    if (uri === theirs) expect(body).toEqual(invalidTarget);
    else expect(decode(body.access_token).payload.aud).toBe(uri);
  }
});
