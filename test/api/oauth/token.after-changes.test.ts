import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type Gateway, startGateway } from '../../harness/gateway.js';
import { askToken, decode, getToken, type Machine, machine } from './machine.js';

let gateway: Gateway;
beforeAll(async () => {
  gateway = await startGateway();
});
afterAll(() => gateway.close());

const past = `now() - interval '1 second'`;

async function suspend({ admin }: Machine) {
  await gateway.sql(`update tenant set status = 'suspended' where id = $1`, [admin.tenant]);
}

async function revokeSecret({ id, admin }: Machine) {
  const [secret] = (await admin.rest('GET', `/${id}/secret`)).body.data;
  await admin.rest('DELETE', `/${id}/secret/${secret.id}`);
}

const stored = (id: string) => id.slice(3);

/** The ways in which an administrator ends the tokens of an account. */
const ends: [string, (one: Machine) => Promise<unknown>][] = [
  ['is disabled', ({ id, admin }) => admin.rest('POST', `/${id}/disable`)],
  ['is deleted', ({ id, admin }) => admin.rest('DELETE', `/${id}`)],
  [
    'has expired',
    ({ id }) => gateway.sql(`update service_account set expires_at = ${past} where id = $1`, [stored(id)]),
  ],
  ['is in a suspended tenant', suspend],
  ['has its secret revoked', revokeSecret],
  [
    'has an expired secret',
    ({ id }) =>
      gateway.sql(`update service_account_secret set expires_at = ${past} where service_account_id = $1`, [
        stored(id),
      ]),
  ],
  [
    'has rotated without overlap',
    ({ id, admin }) => admin.rest('POST', `/${id}/rotate-secret`, { overlapSeconds: 0 }),
  ],
];

test.each(ends)('an account that %s gets no token from the next request', async (_what, end) => {
  const one = await machine(gateway);
  expect((await askToken(gateway, one)).status).toBe(200);
  await end(one);
  const { status, headers, body } = await askToken(gateway, one);
  expect(status).toBe(401);
  expect(body).toEqual({ error: 'invalid_client', error_description: 'client authentication failed' });
  expect(headers.get('www-authenticate')).toMatch(/^Basic realm="/);
});

test('enabled again, it gets tokens again, of another generation', async () => {
  const one = await machine(gateway);
  const before = decode(await getToken(gateway, one)).payload.gen;
  await one.admin.rest('POST', `/${one.id}/disable`);
  await one.admin.rest('POST', `/${one.id}/enable`);
  expect(decode(await getToken(gateway, one)).payload.gen).toBe(before + 1);
});

test('rotated with an overlap, the old secret remains valid beside the new one', async () => {
  const one = await machine(gateway);
  const { body } = await one.admin.rest('POST', `/${one.id}/rotate-secret`, { overlapSeconds: 60 });
  expect((await askToken(gateway, one)).status).toBe(200);
  expect((await askToken(gateway, { ...one, clientSecret: body.data.clientSecret })).status).toBe(200);
});

test('deleted and restored, it gets tokens with a new secret only', async () => {
  const one = await machine(gateway);
  await one.admin.rest('DELETE', `/${one.id}`);
  await one.admin.rest('POST', `/${one.id}/restore`);
  const { body } = await one.admin.rest('POST', `/${one.id}/rotate-secret`, {});
  await one.admin.rest('POST', `/${one.id}/enable`);
  expect((await askToken(gateway, one)).status).toBe(401);
  expect((await askToken(gateway, { ...one, clientSecret: body.data.clientSecret })).status).toBe(200);
});
