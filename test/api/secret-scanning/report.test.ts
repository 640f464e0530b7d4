import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { generateSecret } from '../../../src/features/service-accounts/secrets/secret.js';
import { type Gateway, startGateway } from '../../harness/gateway.js';
import { askToken, getToken, type Machine, machine } from '../oauth/machine.js';
import { introspect } from '../oauth/token-requests.js';
import { ended, entriesOf, scan, scanningPath } from './scanner.js';

let gateway: Gateway;
let api: Machine;
beforeAll(async () => {
  gateway = await startGateway({ SECRET_SCANNING: 'on' });
  api = await machine(gateway, { permissions: ['oauth:introspect'] });
});
afterAll(() => gateway.close());

const create = () => machine(gateway, {}, api.admin);
const statusOf = async (one: Machine) => (await askToken(gateway, one)).status;

test('a report revokes the secret alone, and with it the tokens that were got with it', async () => {
  const one = await create();
  const { body } = await api.admin.rest('POST', `/${one.id}/secret`, {});
  const other = { ...one, clientSecret: body.data.clientSecret };
  const tokens = [await getToken(gateway, one), await getToken(gateway, other)];
  const answer = await scan(gateway, { secret: one.clientSecret });
  expect(answer.status).toBe(202);
  await ended(gateway, one);
  const active = await Promise.all(tokens.map((token) => introspect(gateway, api, token)));
  expect(active.map(({ body }) => body.active)).toEqual([false, true]);
  expect([await statusOf(one), await statusOf(other)]).toEqual([401, 200]);
});

test('the response is the same whether the secret exists or not, and no cache keeps it', async () => {
  const one = await create();
  const answers = [
    await scan(gateway, { secret: one.clientSecret }),
    await scan(gateway, { secret: generateSecret() }),
  ];
  for (const { status, headers, body } of answers) {
    expect(status).toBe(202);
    expect(headers.get('cache-control')).toBe('no-store');
    expect(body).toEqual({
      success: true,
      message: 'Report accepted',
      data: null,
      timestamp: expect.any(String),
    });
  }
  await ended(gateway, one);
});

test('the audit log of the tenant says who reported the secret, and where it was found', async () => {
  const one = await create();
  const url = 'https://ada:pw@github.com/acme/app/blob/main/.env?token=x#L1';
  const headers = { 'x-request-id': 'from-the-scanner', 'user-agent': 'scanner/1.0' };
  await scan(gateway, { secret: one.clientSecret, url }, headers);
  expect(await ended(gateway, one)).toEqual({
    tenant_id: api.admin.tenant,
    caller_realm: '',
    caller_id: 'secret-scanning',
    request_id: 'from-the-scanner',
    ip: '127.0.0.1',
    user_agent: 'scanner/1.0',
    after: {
      secret: expect.stringMatching(/^secret-/),
      hint: one.clientSecret.slice(-4),
      foundAt: 'https://github.com/acme/app/blob/main/.env',
    },
  });
});

test('a list in the form of GitHub ends each of its secrets, in any tenant', async () => {
  const [one, other] = [await create(), await machine(gateway)];
  const source = { type: 'service_account_gateway_secret', source: 'content' };
  const { status } = await scan(gateway, [
    { token: one.clientSecret, url: 'https://github.com/octocat/Hello-World/blob/1234/foo.txt', ...source },
    { token: 'sa_secret_of_nobody', url: '', ...source },
    { token: other.clientSecret, ...source },
  ]);
  expect(status).toBe(202);
  const entries = [await ended(gateway, one), await ended(gateway, other)];
  expect(entries.map(({ after }) => after.foundAt)).toEqual([
    'https://github.com/octocat/Hello-World/blob/1234/foo.txt',
    undefined,
  ]);
  expect(entries.map(({ tenant_id }) => tenant_id)).toEqual([api.admin.tenant, other.admin.tenant]);
});

test('two reports at the same time are one entry', async () => {
  const one = await create();
  const last = await create();
  await Promise.all([1, 2].map(() => scan(gateway, { secret: one.clientSecret })));
  await scan(gateway, { secret: last.clientSecret });
  await ended(gateway, last);
  expect(await entriesOf(gateway, one)).toHaveLength(1);
});

test('a suspended tenant does not keep a leaked secret', async () => {
  const one = await machine(gateway);
  await gateway.sql(`update tenant set status = 'suspended' where id = $1`, [one.admin.tenant]);
  await scan(gateway, { secret: one.clientSecret });
  await ended(gateway, one);
});

test('the log names the secret by its ID', async () => {
  const one = await create();
  await scan(gateway, { secret: one.clientSecret }, { 'x-request-id': 'named-in-the-log' });
  const { after } = await ended(gateway, one);
  const lines = gateway.log.map((line) => JSON.parse(line));
  const about = lines.find(
    ({ msg, requestId }) => msg.includes('leaked') && requestId === 'named-in-the-log',
  );
  expect(about).toMatchObject({ level: 40, accountId: one.id, secretId: after.secret });
});

describe('a malformed report', () => {
  const secret = generateSecret();
  const tokens = (count: number) => Array.from({ length: count }, () => ({ token: 'x' }));

  test.each<[string, unknown, string]>([
    ['no JSON', '{', 'body'],
    ['no body', '', 'body'],
    ['a text', '"x"', 'body'],
    ['null', 'null', 'body'],
    ['no secret', {}, 'secret'],
    ['a number', { secret: 5 }, 'secret'],
    ['a text without the checksum of a secret', { secret: `${secret.slice(0, -1)}!` }, 'secret'],
    ['a URL that is no text', { secret, url: 5 }, 'url'],
    ['an empty list', [], 'body'],
    ['a list of 101', tokens(101), 'body'],
    ['a list of texts', ['x'], '0'],
    ['a list whose second object has no token', [{ token: 'x' }, { secret }], '1.token'],
    ['a list with a URL that is no text', [{ token: 'x', url: {} }], '0.url'],
  ])('with %s gets an error that names the field', async (_what, body, field) => {
    const answer = await scan(gateway, body);
    expect(answer.status).toBe(400);
    expect(answer.body).toMatchObject({ success: false, code: 'BAD_USER_INPUT', details: { field } });
    expect(answer.headers.get('cache-control')).toBe('no-store');
    expect(JSON.stringify(answer.body)).not.toContain(secret.slice(10, -1));
  });

  test.each<[number, string, string | object, Record<string, string>]>([
    [415, 'UNSUPPORTED_MEDIA_TYPE', { secret }, { 'content-type': 'text/plain' }],
    [413, 'PAYLOAD_TOO_LARGE', { secret, url: 'x'.repeat(200_000) }, {}],
  ])('gets %i %s', async (status, code, body, headers) => {
    expect(await scan(gateway, body, headers)).toMatchObject({ status, body: { code } });
  });

  test('with another method gets 405', async () => {
    const { status, headers } = await gateway.request(scanningPath);
    expect([status, headers.get('allow')]).toEqual([405, 'POST']);
  });
});

test('fields that a scanner adds are ignored, and an error does not repeat their names', async () => {
  const secret = generateSecret();
  expect(await scan(gateway, { secret, [secret]: 1 })).toMatchObject({ status: 202 });
});
