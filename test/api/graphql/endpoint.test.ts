import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type Gateway, startGateway } from '../../harness/gateway.js';
import { sendRaw } from '../../harness/raw.js';
import { send } from '../../harness/send.js';

const origin = 'https://admin.example.com';
const json = { 'content-type': 'application/json' };
const query = '{ __typename }';
const tenant = '3fa85f64-5717-4562-b3fc-2c963f66afa6';

let open: Gateway;
let closed: Gateway;
beforeAll(async () => {
  [open, closed] = await Promise.all([
    startGateway({ GRAPHQL_IDE: 'on', CORS_ORIGINS: origin, RATE_LIMIT_ADDRESS: '1000' }),
    startGateway({ GRAPHQL_IDE: 'off' }),
  ]);
});
afterAll(() => Promise.all([open.close(), closed.close()]));

/** Sends a request and returns all that is the same each time. */
async function answered(gateway: Gateway, path: string, more: Record<string, string>, body: string) {
  const headers = { ...(await gateway.as('tenant_admin', tenant)), 'x-request-id': 'same', ...more };
  const answer = await send(gateway.url + path, { headers, body });
  const { date, ratelimit = '', ...others } = Object.fromEntries(answer.headers);
  return {
    status: answer.status,
    body: answer.body,
    ...others,
    ratelimit: ratelimit.replace(/[rt]=\d+/g, ''),
  };
}

// Only POST /graphql bypasses Express.
test.each<[string, number, Record<string, string>, string]>([
  ['an operation', 200, json, JSON.stringify({ query })],
  ['an operation of a page of an allowed origin', 200, { ...json, origin }, JSON.stringify({ query })],
  [
    'a page of another origin',
    200,
    { ...json, origin: 'https://evil.example.com' },
    JSON.stringify({ query }),
  ],
  ['a tenant that does not exist', 200, json, JSON.stringify({ query: '{ tenant { id } }' })],
  [
    'a document that is not valid',
    400,
    { ...json, accept: 'application/graphql-response+json' },
    '{"query":"{"}',
  ],
  ['a body that is not JSON', 400, json, '{'],
  ['too large a body', 413, json, `"${'x'.repeat(110_000)}"`],
  ['a body of another type', 415, { 'content-type': 'text/plain', origin }, '{}'],
  ['an accept header without JSON', 406, { ...json, accept: 'text/html' }, '{}'],
  ['an invalid token', 401, { ...json, authorization: 'Bearer x', origin }, JSON.stringify({ query })],
])('%s gets the same response at each spelling of the path', async (_what, status, more, body) => {
  for (const gateway of [open, closed]) {
    const answer = await answered(gateway, '/graphql', more, body);
    expect(answer.status).toBe(status);
    for (const path of ['/graphql/', '/GraphQL'])
      expect(await answered(gateway, path, more, body)).toEqual(answer);
  }
});

test('a response varies with the accept header where a browser gets a page, and with the origin', async () => {
  const vary = async (gateway: Gateway) =>
    (await send(`${gateway.url}/graphql`, { headers: json, body: JSON.stringify({ query }) })).headers.get(
      'vary',
    );
  expect(await vary(open)).toBe('accept, Origin');
  expect(await vary(closed)).toBeNull();
});

test.each([
  ['http://example.com/graphql', 200],
  ['http://example.com/x/../graphql', 404],
  ['http://example.com/%2e/graphql', 404],
  ['file:///x/../graphql', 404],
  ['/x/../graphql', 404],
])(
  'the target %s gets %i, because a proxy may have checked the path as it was sent',
  async (target, status) => {
    const body = JSON.stringify({ query });
    const headers = Object.entries({
      ...(await closed.as('tenant_admin', tenant)),
      ...json,
      host: new URL(closed.url).host,
      'content-length': String(body.length),
      connection: 'close',
    }).map(([name, value]) => `${name}: ${value}\r\n`);
    const answer = await sendRaw(closed.url, `POST ${target} HTTP/1.1\r\n${headers.join('')}\r\n${body}`);
    expect(answer.status).toBe(status);
  },
);
