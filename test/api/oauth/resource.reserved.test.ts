import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { rest, setAudience } from '../../features/audiences/audience-calls.js';
import { type Somebody, somebody } from '../../harness/admin.js';
import { type Gateway, startGateway } from '../../harness/gateway.js';
import { startGatewayWith } from '../../harness/gateway-with.js';
import { createIssuer } from '../../harness/issuer.js';
import { askToken, decode, machine } from './machine.js';

const accepted = 'https://admin.example.com';
const byDefault = 'https://api.example.com';
/** The audience of a realm is an audience of the catalog, because the realm is newer. */
let newer: Gateway;
let older: Gateway;
let admin: Somebody;
beforeAll(async () => {
  const issuer = await createIssuer('acme');
  newer = await startGatewayWith({ acme: { issuer, audience: ['gateway', accepted] } });
  const { DATABASE_URL, SECRET_PEPPERS, KEY_ENCRYPTION_KEYS } = newer.env;
  older = await startGateway({
    DATABASE_URL,
    SECRET_PEPPERS,
    KEY_ENCRYPTION_KEYS,
    TOKEN_AUDIENCE: byDefault,
  });
  admin = await somebody(older, await newer.createTenant());
  await setAudience(await somebody(older, admin.tenant, 'super_admin'), { uri: accepted });
});
afterAll(async () => {
  await older.close();
  await newer.close();
});

test('an audience that a newer realm accepts is an invalid target there', async () => {
  const one = await machine(older, {}, admin);
  const answers = [await askToken(older, one, { resource: accepted })];
  for (const resource of [accepted, `${accepted}/`]) answers.push(await askToken(newer, one, { resource }));
  expect(answers.map(({ body }) => body.error)).toEqual([undefined, 'invalid_target', 'invalid_target']);
});

test.each([accepted, `${accepted}/`])('the catalog takes no audience %s of a realm', async (uri) => {
  const token = await newer.issuer.sign({ aud: 'gateway', roles: ['super_admin'] });
  const headers = { authorization: `Bearer ${token}` };
  const { status, body } = await rest(
    newer,
    { headers },
    'PUT',
    {},
    { uri, name: 'x', permissions: ['api:read'] },
  );
  expect([status, body.message]).toEqual([
    400,
    'uri: must not be an audience that a realm accepts; choose the URL of an API',
  ]);
});

test.each([byDefault, `${byDefault}/`])('TOKEN_AUDIENCE is the default audience by %s', async (resource) => {
  const { body } = await askToken(older, await machine(older, {}, admin), { resource });
  expect(decode(body.access_token).payload).toMatchObject({ aud: byDefault, scope: 'api:read api:write' });
  const owner = await somebody(older, admin.tenant, 'super_admin');
  const input = { uri: resource, name: 'x', permissions: ['api:read'] };
  expect((await rest(older, owner, 'PUT', {}, input)).body.message).toMatch(/the default audience/);
});
