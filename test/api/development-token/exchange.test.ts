import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { type Gateway, startGateway } from '../../harness/gateway.js';
import { send } from '../../harness/send.js';
import { decode } from '../oauth/machine.js';

const tenant = '3fa85f64-5717-4562-b3fc-2c963f66afa6';

let gateway: Gateway;
let dataDir: string;
let code: string;
beforeAll(async () => {
  dataDir = mkdtempSync(join(tmpdir(), 'gateway-codes-'));
  const env = { NODE_ENV: 'development', REALMS_FILE: '', DATA_DIR: dataDir };
  gateway = await startGateway({ ...env, CORS_ORIGINS: 'https://app.example.com' });
});
afterAll(async () => {
  await gateway.close();
  rmSync(dataDir, { recursive: true });
});
beforeEach(() => {
  code = gateway.createCode();
});

const json = { 'content-type': 'application/json' };
const exchange = (body: unknown, headers: Record<string, string> = {}) =>
  send(`${gateway.url}/development-token`, { headers: { ...json, ...headers }, body: JSON.stringify(body) });

test('a code is exchanged for a token that works in the tenant of development mode', async () => {
  const { status, headers, body } = await exchange({ code });
  expect([status, headers.get('cache-control'), Object.keys(body)]).toEqual([200, 'no-store', ['token']]);
  const created = await gateway.create({ authorization: `Bearer ${body.token}`, 'x-tenantid': tenant });
  expect(created.status).toBe(200);
});

test('the token is valid for a working day', async () => {
  const { payload } = decode((await exchange({ code })).body.token);
  expect(payload.exp - payload.iat).toBe(8 * 60 * 60);
});

test('a code has 256 random bits, and the log contains none', async () => {
  expect(Buffer.from(code, 'base64url')).toHaveLength(32);
  expect(gateway.createCode()).not.toBe(code);
  await exchange({ code });
  await exchange({ code });
  expect(gateway.log.join()).not.toContain(code);
});

test('a code works once, and the response says that it has been used', async () => {
  await exchange({ code });
  expect(await exchange({ code })).toMatchObject({
    status: 403,
    body: {
      code: 'FORBIDDEN',
      message: 'The code has already been used, and it works only once',
      details: { reason: 'used' },
    },
  });
});

test('of ten requests with one code at the same time, one gets a token', async () => {
  const answers = await Promise.all(Array.from({ length: 10 }, () => exchange({ code })));
  expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
});

test.each(['', 'x', 'a'.repeat(43), 'a'.repeat(50_000)])('another code gets no token', async (other) => {
  const { status, body } = await exchange({ code: other });
  expect([status, body.details, body.token]).toEqual([403, { reason: 'unknown' }, undefined]);
});

test('each code works beside the others', async () => {
  const other = gateway.createCode();
  expect([(await exchange({ code: other })).status, (await exchange({ code })).status]).toEqual([200, 200]);
});

describe('from elsewhere, a code gets no token and stays valid', () => {
  test.each<Record<string, string>>([
    { host: 'evil.example' },
    { host: 'localhost.evil.example:4000' },
    { host: '127.0.0.1.evil.example' },
    { host: 'evil.example:4000', 'x-forwarded-host': 'localhost' },
    { 'x-forwarded-for': '203.0.113.7' },
    { forwarded: 'for=203.0.113.7' },
    { origin: 'https://evil.example' },
    { origin: 'https://app.example.com' },
    { origin: 'null' },
    { origin: 'http://127.0.0.1:1' },
    { 'sec-fetch-site': 'cross-site' },
    { 'sec-fetch-site': 'same-site' },
  ])('%p', async (headers) => {
    const { status, body } = await exchange({ code }, headers);
    expect([status, body.code, body.token]).toEqual([403, 'FORBIDDEN', undefined]);
    expect((await exchange({ code })).status).toBe(200);
  });
});

test.each(['localhost', 'LOCALHOST:4000', '127.0.0.1:4000', '127.1.2.3', '[::1]:4000'])(
  'a page at this machine %s gets a token',
  async (host) => {
    const headers = { host, origin: `http://${host.toLowerCase()}`, 'sec-fetch-site': 'same-origin' };
    expect((await exchange({ code }, headers)).status).toBe(200);
  },
);

test.each<[string, Record<string, string>, string, number]>([
  ['no body', json, '', 400],
  ['no code', json, '{}', 400],
  ['a code that is no text', json, '{"code":1}', 400],
  ['a list', json, '[]', 400],
  ['another field', json, '{"code":"x","role":"super_admin"}', 400],
  ['a body that is not JSON', json, 'code=x', 400],
  ['a form', { 'content-type': 'application/x-www-form-urlencoded' }, 'code=x', 415],
  [
    'JSON as plain text, as a form of another site can send it',
    { 'content-type': 'text/plain' },
    '{"code":"x"}',
    415,
  ],
  ['a large body', json, `{"code":"${'x'.repeat(200_000)}"}`, 413],
])('%s is refused', async (_what, headers, body, status) => {
  const answer = await send(`${gateway.url}/development-token`, { headers, body });
  expect([answer.status, answer.body.success]).toEqual([status, false]);
});

test.each(['GET', 'HEAD', 'PUT', 'OPTIONS'])('%s is not supported', async (method) => {
  const origin = 'https://app.example.com';
  const { status, headers } = await gateway.request(`/development-token?code=${code}`, {
    method,
    headers: { origin },
  });
  expect([status, headers.get('allow')]).toEqual([405, 'POST']);
  expect(headers.get('access-control-allow-origin')).toBeNull();
});

test('the exchange counts for the limit of the address', async () => {
  const limited = await startGateway({ ...gateway.env, RATE_LIMIT_ADDRESS: '2' });
  const statuses = [];
  for (let request = 0; request < 3; request++) {
    const init = { method: 'POST', headers: json, body: '{"code":"x"}' };
    statuses.push((await limited.request('/development-token', init)).status);
  }
  expect(statuses).toEqual([403, 403, 429]);
  await limited.close();
});

test('outside development mode there is no exchange', async () => {
  const production = await startGateway();
  const answer = await production.request('/development-token', {
    method: 'POST',
    headers: json,
    body: '{"code":"x"}',
  });
  expect([answer.status, production.createCode()]).toEqual([404, '']);
  await production.close();
});

test.each(['/graphql', '/docs'])(
  'the page %s is the same for everyone, and contains no token',
  async (path) => {
    const from: Record<string, string>[] = [
      {},
      { host: 'evil.example' },
      { 'x-forwarded-for': '203.0.113.7' },
    ];
    const pages = from.map(async (more) => {
      const headers = { accept: 'text/html', ...more };
      return (await send(gateway.url + path, { method: 'GET', headers })).body;
    });
    const [page, ...others] = await Promise.all(pages);
    expect(page).toMatch(/^<!doctype html>/);
    expect(page).not.toMatch(/eyJ/);
    expect(new Set(others)).toEqual(new Set([page]));
  },
);
