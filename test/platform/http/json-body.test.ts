import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { cpuTimeOf } from '../../harness/cpu-time.js';
import { createPath, type Gateway, startGateway } from '../../harness/gateway.js';
import { send } from '../../harness/send.js';

const json = 'application/json';
const big = 101 * 1024;

let gateway: Gateway;
let tenant: string;
let headers: Record<string, string>;
beforeAll(async () => {
  gateway = await startGateway();
});
beforeEach(async () => {
  tenant = await gateway.createTenant();
  headers = await gateway.as('tenant_admin', tenant);
});
afterAll(() => gateway.close());

const post = (body: string | Buffer, more: Record<string, string>) =>
  send(gateway.url + createPath, { headers: { ...headers, ...more }, body });

const names = async () =>
  (await gateway.sql('select name from service_account where tenant_id = $1', [tenant])).map(
    ({ name }) => name,
  );

const types = [json, 'text/plain', 'application/x-www-form-urlencoded', undefined];
const blanks = ['', '{}', 'null', ' {} ', '\r\n{\t}\n', ' null\n', '   '];
test.each(blanks.flatMap((body) => types.map((type) => [body, type] as const)))(
  '%j is no body with content-type %s',
  async (body, type) => {
    const answer = await post(body, type ? { 'content-type': type } : {});
    expect(answer.status).toBe(200);
    expect(answer.body.data.permissions).toEqual(['api:read', 'api:write']);
  },
);

test.each([json, 'application/json; charset=utf-8', 'application/json;charset="UTF-8"', 'APPLICATION/JSON'])(
  'content-type: %s is JSON',
  async (type) => {
    expect((await post('{"name":"caf\u00e9"}', { 'content-type': type })).status).toBe(200);
    expect(await names()).toEqual(['caf\u00e9']);
  },
);

test.each([
  'text/plain',
  'text/json',
  'application/xml',
  'application/x-www-form-urlencoded',
  'multipart/form-data; boundary=x',
  'application/merge-patch+json',
  'application/json; charset=utf-16',
  'application/json; charset=iso-8859-1',
  'nonsense',
  undefined,
])('a body with content-type %s is a 415', async (type) => {
  const answer = await post('{"name":"x"}', type ? { 'content-type': type } : {});
  expect(answer.status).toBe(415);
  expect(answer.body.code).toBe('UNSUPPORTED_MEDIA_TYPE');
  expect(answer.body.message).toContain('send content-type: application/json');
  expect(await names()).toEqual([]);
});

test.each([
  ['an array', '[]'],
  ['a string', '"x"'],
  ['a number', '1'],
  ['a boolean', 'true'],
  ['broken JSON', '{"name":'],
  ['JSON with something after it', '{"name":"x"} {}'],
  ['text', 'name=x'],
  ['a byte that is not UTF-8', Buffer.from('{"name":"caf\xe9"}', 'latin1')],
  ['half a character', Buffer.from('{"name":"caf\u00e9"}').subarray(0, 13)],
])('%s is a 400 that names the body', async (_what, body) => {
  const answer = await post(body, { 'content-type': json });
  expect(answer.status).toBe(400);
  expect(answer.body).toMatchObject({ code: 'BAD_USER_INPUT', details: { field: 'body' } });
  expect(await names()).toEqual([]);
});

test('100 kB pass, and a byte more is a 413', async () => {
  const padded = (length: number) => `{"name":"x"}${' '.repeat(length - 12)}`;
  expect((await post(padded(100 * 1024 + 1), { 'content-type': json })).status).toBe(413);
  expect(await names()).toEqual([]);
  expect((await post(padded(100 * 1024), { 'content-type': json })).status).toBe(200);
});

test('too large a body of another type is a 415', async () => {
  expect((await post('x'.repeat(big), { 'content-type': 'text/plain' })).status).toBe(415);
});

test('a gzip body works', async () => {
  const body = gzipSync('{"name":"zipped"}');
  const answer = await post(body, { 'content-type': json, 'content-encoding': 'gzip' });
  expect(answer.status).toBe(200);
  expect(answer.body.data.name).toBe('zipped');
});

test('a small gzip body that unpacks to too much is a 413', async () => {
  const body = gzipSync(`{"name":"x"}${' '.repeat(1_000_000)}`);
  expect((await post(body, { 'content-type': json, 'content-encoding': 'gzip' })).status).toBe(413);
});

test.each([
  ['gzip', 400],
  ['compress', 415],
])('a body that is not what content-encoding: %s says is a %i', async (encoding, status) => {
  const answer = await post('{"name":"x"}', { 'content-type': json, 'content-encoding': encoding });
  expect(answer.status).toBe(status);
});

test.each([
  ['blanks before a letter', json, `${' '.repeat(100_000)}x`],
  ['blanks of another type', 'text/plain', `${' '.repeat(100_000)}x`],
  ['blanks in braces', json, `{${' '.repeat(100_000)}`],
  ['labels without keys', json, `{"labels":[${Array(30_000).fill('{}')}]}`],
  ['unknown fields', json, `{${Array.from({ length: 9_000 }, (_, index) => `"${index}":0`)}}`],
])('100 kB of %s are refused in no time', async (_what, type, body) => {
  const time = await cpuTimeOf(async () => {
    const answer = await post(body, { 'content-type': type });
    expect([400, 415]).toContain(answer.status);
  });
  expect(time).toBeLessThan(1_000);
});
