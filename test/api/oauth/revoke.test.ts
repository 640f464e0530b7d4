import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import { moveClock, restoreClock } from '../../harness/clock.js';
import { type Gateway, startGateway } from '../../harness/gateway.js';
import { entriesPerMinute } from '../../harness/per-minute.js';
import { decode, getToken, type Machine, machine } from './machine.js';
import { introspect, revoke } from './token-requests.js';

let gateway: Gateway;
let api: Machine;
let one: Machine;
beforeAll(async () => {
  gateway = await startGateway();
  api = await machine(gateway, { permissions: ['oauth:introspect'] });
  one = await machine(gateway, {}, api.admin);
});
afterEach(restoreClock);
afterAll(() => gateway.close());

const rows = (token: string) =>
  gateway.sql<{ expires_at: Date }>('select expires_at from revoked_token where jti = $1', [
    decode(token).payload.jti,
  ]);

const events = (token: string) =>
  gateway.sql(
    `select tenant_id, caller_realm, caller_id, caller_name, caller_email, target, outcome, before, after,
       request_id, ip, user_agent
     from audit_event where action = 'service_account.revoke_token' and after->>'jti' = $1`,
    [decode(token).payload.jti],
  );

test('a client revokes its token, and gets an empty answer that is kept nowhere', async () => {
  const token = await getToken(gateway, one);
  const { status, headers, body } = await revoke(gateway, one, token);
  expect(status).toBe(200);
  expect(body).toBe('');
  expect(headers.get('cache-control')).toBe('no-store');
  expect((await introspect(gateway, api, token)).body).toEqual({ active: false });
});

test('it is kept until it expires', async () => {
  const token = await getToken(gateway, one);
  await revoke(gateway, one, token);
  const [row] = await rows(token);
  expect(row?.expires_at.getTime()).toBe(decode(token).payload.exp * 1000);
});

test('the audit log tells of it, as of a machine', async () => {
  const two = await machine(gateway, {}, api.admin);
  const token = await getToken(gateway, two);
  const { headers } = await revoke(gateway, two, token);
  expect(await events(token)).toEqual([
    {
      tenant_id: two.admin.tenant,
      caller_realm: '',
      caller_id: two.clientId,
      caller_name: null,
      caller_email: null,
      target: two.id,
      outcome: 'success',
      before: null,
      after: { jti: decode(token).payload.jti },
      request_id: headers.get('x-request-id'),
      ip: '127.0.0.1',
      user_agent: 'node',
    },
  ]);
});

test('an administrator reads of it in the audit log', async () => {
  const two = await machine(gateway, {}, api.admin);
  const token = await getToken(gateway, two);
  await revoke(gateway, two, token);
  const { auditEvents } = await two.admin.run(
    `query ($target: String) {
      auditEvents(first: 100, filter: { action: "service_account.revoke_token", target: $target }) {
        nodes { actor { realm id } after }
      }
    }`,
    { target: two.id },
  );
  expect(auditEvents.nodes).toContainEqual({
    actor: { realm: '', id: two.clientId },
    after: { jti: decode(token).payload.jti },
  });
});

test('two simultaneous revocations are recorded once', async () => {
  const two = await machine(gateway, {}, api.admin);
  const token = await getToken(gateway, two);
  const answers = await Promise.all(Array.from({ length: 10 }, () => revoke(gateway, two, token)));
  expect(answers.map(({ status }) => status)).toEqual(Array(10).fill(200));
  expect((await revoke(gateway, two, token)).status).toBe(200);
  expect(await rows(token)).toHaveLength(1);
  expect(await events(token)).toHaveLength(1);
});

test('of a client that revokes one after the other a calendar minute has one event', async () => {
  const two = await machine(gateway, {}, api.admin);
  const tokens = [await getToken(gateway, two), await getToken(gateway, two)];
  for (const token of tokens) await revoke(gateway, two, token);
  expect(await Promise.all(tokens.map(rows))).toEqual([[expect.anything()], [expect.anything()]]);
  expect(new Set(await entriesPerMinute(gateway, [two.clientId]))).toEqual(new Set([1]));
});

test('other tokens of the client stay active', async () => {
  const [revoked, other] = [await getToken(gateway, one), await getToken(gateway, one)];
  await revoke(gateway, one, revoked);
  expect((await introspect(gateway, api, other)).body.active).toBe(true);
});

test.each(['access_token', 'refresh_token', 'urn:example:unknown', ''])(
  'the hint "%s" makes no difference',
  async (hint) => {
    const token = await getToken(gateway, one);
    expect((await revoke(gateway, one, token, { token_type_hint: hint })).status).toBe(200);
    expect(await rows(token)).toHaveLength(1);
  },
);

test('with its other secret a client revokes its token as well', async () => {
  const two = await machine(gateway, {}, api.admin);
  const token = await getToken(gateway, two);
  const { body } = await two.admin.rest('POST', `/${two.id}/rotate-secret`, {});
  expect((await revoke(gateway, { ...two, clientSecret: body.data.clientSecret }, token)).status).toBe(200);
  expect(await rows(token)).toHaveLength(1);
});

/** The clients that may not revoke the token, even if they may introspect it. */
const others: [string, () => Promise<Machine>][] = [
  ['another client of the tenant', () => machine(gateway, {}, api.admin)],
  ['an account that may introspect', async () => api],
  ['a client of another tenant', () => machine(gateway)],
];

test.each(others)('%s is refused, and the token stays active', async (_who, who) => {
  const token = await getToken(gateway, one);
  const { status, headers, body } = await revoke(gateway, await who(), token);
  expect(status).toBe(400);
  expect(body).toEqual({
    error: 'invalid_grant',
    error_description: 'the token was issued to another client',
  });
  expect(headers.get('cache-control')).toBe('no-store');
  expect((await introspect(gateway, api, token)).body.active).toBe(true);
  expect(await events(token)).toEqual([]);
});

test('a token that has expired is revoked already: nothing is stored', async () => {
  const token = await getToken(gateway, one);
  moveClock(601);
  expect((await revoke(gateway, one, token)).status).toBe(200);
  expect(await rows(token)).toEqual([]);
  expect(await events(token)).toEqual([]);
});

test('a token whose signature is another one is none: nothing is stored', async () => {
  const token = await getToken(gateway, one);
  const [header, payload] = token.split('.');
  const signature = (await getToken(gateway, one)).split('.')[2];
  expect((await revoke(gateway, one, `${header}.${payload}.${signature}`)).status).toBe(200);
  expect(await rows(token)).toEqual([]);
  expect((await introspect(gateway, api, token)).body.active).toBe(true);
});

test('a wrong secret is an invalid client, and revokes nothing', async () => {
  const token = await getToken(gateway, one);
  const { status, body } = await revoke(gateway, { ...one, clientSecret: 'wrong' }, token);
  expect({ status, error: body.error }).toEqual({ status: 401, error: 'invalid_client' });
  expect(await rows(token)).toEqual([]);
});
