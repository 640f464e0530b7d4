import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { moveClock, restoreClock } from '../../harness/clock.js';
import { createPath, type Gateway, startGateway } from '../../harness/gateway.js';
import { each, header, somebody, status, transports } from './somebody.js';

// The gateway trusts one proxy, so that each test can choose its own address.
let gateway: Gateway;
beforeAll(async () => {
  gateway = await startGateway({ RATE_LIMIT_ADDRESS: '3', RATE_LIMIT_CALLER: '100', TRUST_PROXY: '1' });
});
afterAll(() => gateway.close());
// The clock stands still, so that no second of a window ends during a test.
beforeEach(() => moveClock(0));
afterEach(restoreClock);

let host = 0;
const somewhere = () => ({ 'x-forwarded-for': `192.0.2.${++host}` });

describe.each(Object.entries(transports))('over %s', (_name, call) => {
  test('bad tokens count, and are refused before they are looked at', async () => {
    const headers = { ...somewhere(), authorization: 'Bearer not.a.token' };
    expect(await each(4, () => call(gateway, headers), status)).toEqual([401, 401, 401, 429]);
  });

  test('an answer has both policies, that of the address first', async () => {
    const answer = await call(gateway, { ...(await somebody(gateway)), ...somewhere() });
    expect(header('ratelimit-policy')(answer)).toBe('"address";q=3;w=60, "caller";q=100;w=60');
    expect(header('ratelimit')(answer)).toBe('"address";r=2;t=60, "caller";r=99;t=60');
  });

  test('callers at one address share its limit, and get it back when the window has ended', async () => {
    const from = somewhere();
    const anybody = async () => call(gateway, { ...(await somebody(gateway)), ...from });
    const calls = await each(4, anybody, status);
    expect(calls.map((code) => code === 429)).toEqual([false, false, false, true]);
    moveClock(61);
    expect((await anybody()).status).not.toBe(429);
  });
});

test('GraphQL answers a flood with the error, the time to wait, and nothing else', async () => {
  const headers = { ...somewhere(), 'x-request-id': 'a-flood' };
  const answers = await each(
    4,
    () => gateway.graphql(headers, '{ __typename }'),
    (answer) => answer,
  );
  const extensions = { code: 'RATE_LIMITED', requestId: 'a-flood' };
  expect(answers[3]).toMatchObject({
    status: 429,
    body: {
      errors: [
        {
          message: 'Too many requests. Retry after the number of seconds in the retry-after header.',
          extensions,
        },
      ],
    },
  });
  expect(answers[3]?.headers.get('retry-after')).toBe('60');
});

// biome-ignore format: each row stays on its line
const requests: [string, (headers: Record<string, string>) => ReturnType<Gateway['request']>][] = [
  ['an unknown path', (headers) => gateway.request('/api/v1/nothing', { headers })],
  ['another method', (headers) => gateway.request(createPath, { method: 'DELETE', headers })],
  ['a body that is not JSON', (headers) => gateway.request(createPath, { method: 'POST', headers, body: '{' })],
  ['a GraphQL body that is not JSON', (headers) => gateway.request('/graphql', { method: 'POST', headers: { ...headers, 'content-type': 'application/json' }, body: '{' })],
  ['a query in the URL', (headers) => gateway.request('/graphql?query={__typename}', { headers: { ...headers, 'apollo-require-preflight': '1' } })],
];

test.each(requests)('%s counts', async (_what, request) => {
  const headers = somewhere();
  const left = await each(4, () => request(headers), header('ratelimit'));
  expect(left.map((field) => field?.split(';')[1])).toEqual(['r=2', 'r=1', 'r=0', 'r=0']);
});

test.each(['/healthz', '/readyz'])('%s does not count', async (path) => {
  const headers = somewhere();
  expect(await each(6, () => gateway.request(path, { headers }), status)).toEqual(Array(6).fill(200));
  expect(await each(1, () => gateway.request(path, { headers }), header('ratelimit'))).toEqual([null]);
});

describe('GraphQL without a token', () => {
  let strict: Gateway;
  beforeAll(async () => {
    strict = await startGateway({ RATE_LIMIT_ANONYMOUS: '3', RATE_LIMIT_ADDRESS: '10', TRUST_PROXY: '1' });
  });
  afterAll(() => strict.close());
  const introspect = (headers: Record<string, string>) =>
    strict.graphql(headers, '{ __schema { queryType { name } } }');

  test('has its own limit for each address', async () => {
    const headers = somewhere();
    expect(await each(4, () => introspect(headers), status)).toEqual([200, 200, 200, 429]);
    expect(await each(1, () => introspect(somewhere()), status)).toEqual([200]);
  });

  test('is refused before its body is read', async () => {
    const headers = { ...somewhere(), 'content-type': 'application/json' };
    const send = () => strict.request('/graphql', { method: 'POST', headers, body: '{' });
    expect(await each(4, send, status)).toEqual([400, 400, 400, 429]);
  });

  test('leaves requests with a token alone', async () => {
    const headers = { ...somewhere(), ...(await somebody(strict)) };
    expect(await each(4, () => introspect(headers), status)).toEqual([200, 200, 200, 200]);
    expect(await each(1, () => introspect(headers), header('ratelimit-policy'))).toEqual([
      '"address";q=10;w=60',
    ]);
  });

  test('does not use up the limit of REST', async () => {
    const headers = somewhere();
    expect(await each(4, () => introspect(headers), status)).toContain(429);
    expect(await each(1, () => transports.REST(strict, headers), status)).toEqual([401]);
  });
});

describe('the pages for browsers and what they load', () => {
  let open: Gateway;
  beforeAll(async () => {
    open = await startGateway({ GRAPHQL_IDE: 'on', RATE_LIMIT_ADDRESS: '3', TRUST_PROXY: '1' });
  });
  afterAll(() => open.close());
  const get = (path: string, headers: Record<string, string>) =>
    open.request(path, { headers: { accept: 'text/html', ...headers } });
  const assetOf = async (path: string) => {
    const { body } = await get(path, somewhere());
    return /(?:src|rel="stylesheet" href)="([^"]+)"/.exec(body)?.[1] ?? '';
  };

  test.each(['/graphql', '/docs', '/', '/favicon.ico'])('%s is limited', async (path) => {
    const headers = somewhere();
    expect(await each(4, () => get(path, headers), status)).toEqual([200, 200, 200, 429]);
  });

  test.each(['/graphql', '/docs', '/'])('what %s loads is limited', async (path) => {
    const headers = somewhere();
    const asset = `/${await assetOf(path)}`;
    expect(await each(4, () => get(asset, headers), status)).toEqual([200, 200, 200, 429]);
  });

  test('leave the limit of the API to the API', async () => {
    const headers = somewhere();
    expect(await each(4, () => get('/graphql', headers), status)).toContain(429);
    expect(await each(3, () => transports.GraphQL(open, headers), status)).toEqual([200, 200, 200]);
    expect(await each(1, () => get('/graphql', headers), status)).toEqual([429]);
  });
});

test('what a caller claims beyond the trusted proxy is not believed', async () => {
  const { 'x-forwarded-for': real } = somewhere();
  let lie = 0;
  const call = () => transports.GraphQL(gateway, { 'x-forwarded-for': `203.0.113.${++lie}, ${real}` });
  expect(await each(4, call, status)).toEqual([200, 200, 200, 429]);
});

test('without TRUST_PROXY x-forwarded-for is not believed at all', async () => {
  const direct = await startGateway({ RATE_LIMIT_ADDRESS: '3' });
  try {
    const call = () =>
      transports.GraphQL(direct, { ...somewhere(), forwarded: 'for=192.0.2.1', 'x-real-ip': '192.0.2.1' });
    expect(await each(4, call, status)).toEqual([200, 200, 200, 429]);
  } finally {
    await direct.close();
  }
});

test('a network of IPv6 is one address, and the next one is another', async () => {
  let host = 0;
  const from = (network: string) => () =>
    transports.GraphQL(gateway, { 'x-forwarded-for': `${network}:${++host}` });
  expect(await each(4, from('2001:db8:0:1::a'), status)).toEqual([200, 200, 200, 429]);
  expect(await each(1, from('2001:db8:0:2::a'), status)).toEqual([200]);
});
