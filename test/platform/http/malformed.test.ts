import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import { createPath, type Gateway, startGateway } from '../../harness/gateway.js';
import { openRaw, parseAnswer, sendRaw } from '../../harness/raw.js';

let gateway: Gateway;
let own: string;
beforeAll(async () => {
  gateway = await startGateway();
  const headers = await gateway.as('tenant_admin', await gateway.createTenant());
  own = Object.entries({ host: 'gateway', ...headers })
    .map(([name, value]) => `${name}: ${value}\r\n`)
    .join('');
});
afterAll(() => gateway.close());

const accounts = async () => (await gateway.sql('select count(*)::int as n from service_account'))[0]?.n;

afterEach(async () => {
  expect((await gateway.request('/readyz')).status).toBe(200);
});

/** Writes the documented request, which would create an account if it had no fault. */
const create = (more = '', body = '') => `POST ${createPath} HTTP/1.1\r\n${own}${more}\r\n${body}`;
const json = 'content-type: application/json\r\n';
const chunked = 'transfer-encoding: chunked\r\n';

/** Node's parser refuses these bytes before Express sees the request or its token. */
test.each<[string, number, string, () => string | Buffer]>([
  ['bytes of anything', 400, 'BAD_REQUEST', () => Buffer.from([0, 255, 13, 10, 13, 10])],
  ['a TLS handshake', 400, 'BAD_REQUEST', () => Buffer.from('16030100a5010000a10303', 'hex')],
  ['the preface of HTTP/2', 400, 'BAD_REQUEST', () => 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'],
  ['a version that does not exist', 400, 'BAD_REQUEST', () => create().replace('HTTP/1.1', 'HTTP/1.2')],
  ['a method that does not exist', 400, 'BAD_REQUEST', () => create().replace('POST', 'CREATE')],
  ['a method in lower case', 400, 'BAD_REQUEST', () => create().replace('POST', 'post')],
  ['a target that is no path', 400, 'BAD_REQUEST', () => create().replace(' /', ' ')],
  ['line feeds alone', 400, 'BAD_REQUEST', () => create().replaceAll('\r', '')],
  ['NUL in a header', 400, 'BAD_REQUEST', () => create('x-note: a\0b\r\n')],
  ['a header folded over two lines', 400, 'BAD_REQUEST', () => create('x-note: a\r\n b\r\n')],
  ['a header without a colon', 400, 'BAD_REQUEST', () => create('x-note\r\n')],
  ['a space before the colon', 400, 'BAD_REQUEST', () => create('x-note : a\r\n')],
  ['two lengths', 400, 'BAD_REQUEST', () => create('content-length: 2\r\ncontent-length: 3\r\n', '{} ')],
  [
    'the same length twice',
    400,
    'BAD_REQUEST',
    () => create('content-length: 2\r\ncontent-length: 2\r\n', '{}'),
  ],
  ['a length below nothing', 400, 'BAD_REQUEST', () => create('content-length: -1\r\n')],
  ['a length with a sign', 400, 'BAD_REQUEST', () => create('content-length: +2\r\n', '{}')],
  ['a length and chunks', 400, 'BAD_REQUEST', () => create(`content-length: 5\r\n${chunked}`, '0\r\n\r\n')],
  ['chunks and a length', 400, 'BAD_REQUEST', () => create(`${chunked}content-length: 5\r\n`, '0\r\n\r\n')],
  [
    'an encoding that hides the chunks',
    400,
    'BAD_REQUEST',
    () => create('transfer-encoding: xchunked\r\n', '0\r\n\r\n'), // cspell:ignore xchunked
  ],
  [
    'chunks that are not the last encoding',
    400,
    'BAD_REQUEST',
    () => create('transfer-encoding: chunked, gzip\r\n', '0\r\n\r\n'),
  ],
  [
    'a chunk whose size is no number',
    400,
    'BAD_REQUEST',
    () => create(json + chunked, 'zz\r\n{}\r\n0\r\n\r\n'),
  ],
  [
    'a chunk that is longer than it says',
    400,
    'BAD_REQUEST',
    () => create(json + chunked, '1\r\n{}\r\n0\r\n\r\n'),
  ],
  [
    'a chunk with extensions of 20 kB',
    413,
    'PAYLOAD_TOO_LARGE',
    () => create(json + chunked, `2;${'x'.repeat(20_000)}\r\n{}\r\n0\r\n\r\n`),
  ],
  ['a URL of 17 kB', 431, 'HEADERS_TOO_LARGE', () => create().replace('/create', `/${'x'.repeat(17_000)}`)],
  ['a header of 17 kB', 431, 'HEADERS_TOO_LARGE', () => create(`x-note: ${'x'.repeat(17_000)}\r\n`)],
  ['20,000 empty headers', 431, 'HEADERS_TOO_LARGE', () => create('a:\r\n'.repeat(20_000))],
  [
    'a tunnel to elsewhere',
    405,
    'METHOD_NOT_ALLOWED',
    () => 'CONNECT example.com:443 HTTP/1.1\r\nhost: example.com:443\r\n\r\n',
  ],
  ['an expectation that is unknown', 417, 'EXPECTATION_FAILED', () => create('expect: 200-ok\r\n')],
])('%s: %i %s, and the connection is cut', async (_what, status, code, bytes) => {
  const answer = await sendRaw(gateway.url, bytes());
  expect(answer.status).toBe(status);
  expect(answer.headers.get('connection')).toBe('close');
  expect(answer.body).toEqual({
    success: false,
    message: expect.any(String),
    error: expect.any(String),
    code,
    timestamp: expect.any(String),
  });
  expect(await accounts()).toBe(0);
});

test('what comes before malformed bytes gets its own answer, and no other', async () => {
  const raw = await openRaw(gateway.url);
  raw.socket.write(`${create()}no HTTP\r\n\r\nnor this\r\n\r\n`);
  expect(await raw.closed(5_000)).toBe(true);
  expect(parseAnswer(raw.text())).toMatchObject({ status: 200, body: { success: true } });
  expect(raw.text().match(/HTTP\/1\.1/g)).toHaveLength(1);
  await gateway.sql('delete from service_account_secret');
  await gateway.sql('delete from service_account');
});

test('100-continue gets a response, and then the request', async () => {
  const raw = await openRaw(gateway.url);
  raw.socket.write(create(`${json}expect: 100-continue\r\nconnection: close\r\ncontent-length: 12\r\n`));
  while (!raw.text().includes('\r\n\r\n') && !(await raw.closed(20)));
  expect(raw.text()).toBe('HTTP/1.1 100 Continue\r\n\r\n');
  raw.socket.write('{"owner": 5}');
  expect(await raw.closed(5_000)).toBe(true);
  const [, answer = ''] = raw.text().split('100 Continue\r\n\r\n');
  expect(parseAnswer(answer)).toMatchObject({ status: 400, body: { details: { field: 'owner' } } });
});

test('a client that goes away in the middle of anything leaves no trace', async () => {
  for (const bytes of ['POST', create('content-length: 50000\r\n', '{'), create(chunked, '5\r\n{'), '\0']) {
    const raw = await openRaw(gateway.url);
    raw.socket.write(bytes);
    raw.socket.resetAndDestroy();
    expect(await raw.closed(1_000)).toBe(true);
  }
  expect(await accounts()).toBe(0);
  expect(gateway.log.filter((line) => JSON.parse(line).level >= 50 && /uncaught/i.test(line))).toEqual([]);
});

test('a request that got a response before it was all there has no second answer when its time has expired', async () => {
  const hasty = await startGateway(
    {},
    { limits: { requestTimeout: 300, headersTimeout: 300, connectionsCheckingInterval: 50 } },
  );
  try {
    const raw = await openRaw(hasty.url);
    raw.socket.write('POST /nothing HTTP/1.1\r\nhost: gateway\r\ncontent-length: 5000\r\n\r\n{');
    expect(await raw.closed(5_000)).toBe(true);
    expect(raw.text().match(/HTTP\/1\.1 \d+/g)).toEqual(['HTTP/1.1 404']);
  } finally {
    await hasty.close();
  }
});
