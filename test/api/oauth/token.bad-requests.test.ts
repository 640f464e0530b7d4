import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type Gateway, startGateway } from '../../harness/gateway.js';
import { sendRaw } from '../../harness/raw.js';
import { basic, type Machine, machine, post, wrongSecret } from './machine.js';

let gateway: Gateway;
let one: Machine;
beforeAll(async () => {
  gateway = await startGateway();
  one = await machine(gateway);
});
afterAll(() => gateway.close());

const grant = { grant_type: 'client_credentials' };
const form = { 'content-type': 'application/x-www-form-urlencoded' };
const encoded = (text: string) => [...text].map((char) => `%${char.charCodeAt(0).toString(16)}`).join('');
const asBasic = (text: string) => ({ authorization: `Basic ${Buffer.from(text).toString('base64')}` });

/** Checks the form of an error (RFC 6749, section 5.2), which no cache may store. */
function expectError(
  { status, headers, body }: Awaited<ReturnType<typeof post>>,
  expected: { status: number; error: string },
) {
  expect({ status, error: body.error }).toEqual(expected);
  expect(headers.get('content-type')).toBe('application/json; charset=utf-8');
  expect(headers.get('cache-control')).toBe('no-store');
  expect(headers.has('www-authenticate')).toBe(status === 401);
  // RFC 6749, section 5.2 allows no other characters.
  expect(body.error_description).toMatch(/^[\x20-\x21\x23-\x5b\x5d-\x7e]+$/);
  expect(body.access_token).toBeUndefined();
}

/** Wrong credentials of every kind. The answer does not tell which part of them is wrong. */
const wrong: [string, () => [Record<string, string>, Record<string, string>?]][] = [
  ['a wrong secret', () => [grant, { authorization: basic({ ...one, clientSecret: wrongSecret }) }]],
  ['a secret that is none', () => [grant, { authorization: basic({ ...one, clientSecret: 'hunter2' }) }]],
  [
    'a client id that nobody has',
    () => [grant, { authorization: basic({ ...one, clientId: 'sa_client_000000000000' }) }],
  ],
  ['a client id that is none', () => [grant, { authorization: basic({ ...one, clientId: 'admin' }) }]],
  ['a wrong secret in the body', () => [{ ...grant, client_id: one.clientId, client_secret: wrongSecret }]],
];

test.each(wrong)('%s is an invalid client', async (_what, request) => {
  const answer = await post(gateway, 'token', ...request());
  expectError(answer, { status: 401, error: 'invalid_client' });
  expect(answer.body).toEqual({ error: 'invalid_client', error_description: 'client authentication failed' });
});

test('the secret of another account is a wrong one', async () => {
  const { clientSecret } = await machine(gateway);
  const answer = await post(gateway, 'token', grant, { authorization: basic({ ...one, clientSecret }) });
  expectError(answer, { status: 401, error: 'invalid_client' });
});

const missing =
  'send the client ID and the client secret with HTTP Basic authentication, or as client_id and client_secret in the body, or send a client_assertion';
const malformed =
  'the authorization header must be Basic and the base64 encoding of the client ID, a colon and the client secret';

/** Requests without credentials that could be checked, each with the description of its error. */
const unauthenticated: [string, string, () => [Record<string, string>, Record<string, string>?]][] = [
  ['no client', missing, () => [grant]],
  ['a client id without a secret', missing, () => [{ ...grant, client_id: one.clientId }]],
  ['a secret without a client id', missing, () => [{ ...grant, client_secret: one.clientSecret }]],
  [
    'an empty secret in the header',
    'the authorization header contains no client secret',
    () => [grant, asBasic(`${one.clientId}:`)],
  ],
  ['a header without a colon', malformed, () => [grant, asBasic(one.clientId)]],
  ['a header that is not base64', malformed, () => [grant, { authorization: 'Basic !!!' }]],
  ['a header of another scheme', malformed, () => [grant, { authorization: 'Digest abc' }]],
  [
    'a percent sign that encodes nothing',
    'the client ID and the client secret must be form-encoded before base64 (RFC 6749, section 2.3.1)',
    () => [grant, asBasic('sa%zz:secret')],
  ],
];

test.each(unauthenticated)(
  '%s is an invalid client, with the description: %s',
  async (_what, description, request) => {
    const answer = await post(gateway, 'token', ...request());
    expectError(answer, { status: 401, error: 'invalid_client' });
    expect(answer.body.error_description).toBe(description);
  },
);

test('the error for another grant type names the supported ones', async () => {
  const { body } = await post(gateway, 'token', { grant_type: 'password' }, { authorization: basic(one) });
  expect(body.error_description).toBe(
    'grant_type must be client_credentials or urn:ietf:params:oauth:grant-type:token-exchange',
  );
});

/** Requests that are invalid, whoever sends them. */
const invalid: [
  string,
  string,
  () => [Record<string, string> | [string, string][], Record<string, string>?],
][] = [
  [
    'a secret both ways',
    'invalid_request',
    () => [{ ...grant, client_secret: one.clientSecret }, { authorization: basic(one) }],
  ],
  [
    'two client ids',
    'invalid_request',
    () => [{ ...grant, client_id: 'another' }, { authorization: basic(one) }],
  ],
  ['no grant type', 'invalid_request', () => [{}, { authorization: basic(one) }]],
  [
    'another grant type',
    'unsupported_grant_type',
    () => [{ grant_type: 'password' }, { authorization: basic(one) }],
  ],
  [
    'a grant type of the library',
    'unsupported_grant_type',
    () => [{ grant_type: 'authorization_code' }, { authorization: basic(one) }],
  ],
  [
    'a grant type that is a property of objects',
    'unsupported_grant_type',
    () => [{ grant_type: 'constructor' }, { authorization: basic(one) }],
  ],
  [
    'a scope with a quote',
    'invalid_scope',
    () => [{ ...grant, scope: 'api:"read' }, { authorization: basic(one) }],
  ],
  [
    'a scope that begins with a space',
    'invalid_scope',
    () => [{ ...grant, scope: ' api:read' }, { authorization: basic(one) }],
  ],
];

test.each(invalid)('%s is refused as %s', async (_what, error, request) => {
  expectError(await post(gateway, 'token', ...request()), { status: 400, error });
});

test.each([' ', 'api:read ', 'api:read  api:write', 'api:read\tapi:write', 'api:read\n', 'a\\b', '"'])(
  'the error about the scope %j says what is wrong with it',
  async (scope) => {
    const answer = await post(gateway, 'token', { ...grant, scope }, { authorization: basic(one) });
    expectError(answer, { status: 400, error: 'invalid_scope' });
    expect(answer.body.error_description).toBe(
      'scope must consist of permission names with single spaces between them, and no other white space',
    );
  },
);

test.each(['grant_type', 'scope', 'client_id'])('%s twice is refused', async (name) => {
  const values = {
    ...grant,
    scope: 'api:read',
    client_id: one.clientId,
  };
  const value = values[name as keyof typeof values];
  const params = [...Object.entries(grant), [name, value], [name, value]].filter(
    ([key], index) => name !== 'grant_type' || key !== name || index > 0,
  ) as [string, string][];
  const answer = await post(gateway, 'token', params, { authorization: basic(one) });
  expectError(answer, { status: 400, error: 'invalid_request' });
  expect(answer.body.error_description).toContain(name);
});

test('client_secret twice is refused, and stands in no answer', async () => {
  const answer = await post(gateway, 'token', [
    ['grant_type', 'client_credentials'],
    ['client_id', one.clientId],
    ['client_secret', one.clientSecret],
    ['client_secret', one.clientSecret],
  ]);
  expectError(answer, { status: 400, error: 'invalid_request' });
  expect(JSON.stringify(answer.body)).not.toContain(one.clientSecret);
});

test('credentials in the header may be percent-encoded, every character of them', async () => {
  const answer = await post(
    gateway,
    'token',
    grant,
    asBasic(`${encoded(one.clientId)}:${encoded(one.clientSecret)}`),
  );
  expect(answer.status).toBe(200);
});

test('the scheme of the header is Basic in capitals or not', async () => {
  const headers = { authorization: basic(one).replace('Basic', 'bASIC') };
  expect((await post(gateway, 'token', grant, headers)).status).toBe(200);
});

test('a client id in the body beside the header is fine, if it is the same', async () => {
  const answer = await post(
    gateway,
    'token',
    { ...grant, client_id: one.clientId },
    { authorization: basic(one) },
  );
  expect(answer.status).toBe(200);
});

test('what a parameter is called that nobody knows is ignored', async () => {
  const answer = await post(
    gateway,
    'token',
    { ...grant, audience: 'x', foo: 'bar' },
    { authorization: basic(one) },
  );
  expect(answer.status).toBe(200);
});

const raw = (body: string | Uint8Array<ArrayBuffer> | undefined, headers: Record<string, string>) =>
  gateway.request('/oauth2/token', {
    method: 'POST',
    headers: { authorization: basic(one), ...headers },
    body,
  });

const otherTypes = ['application/json', 'multipart/form-data; boundary=x', 'text/plain', ''];
test.each(otherTypes)('a body of the type %j is refused, with the right type', async (type) => {
  const body = new TextEncoder().encode('{"grant_type":"client_credentials"}');
  const answer = await raw(body, type ? { 'content-type': type } : {});
  expectError(answer, { status: 400, error: 'invalid_request' });
  expect(answer.body.error_description).toContain('send content-type: application/x-www-form-urlencoded');
});

test.each([form['content-type'], 'Application/X-WWW-Form-Urlencoded ; charset=UTF-8'])(
  'a body of the type %s is a form',
  async (type) => {
    expect((await raw('grant_type=client_credentials', { 'content-type': type })).status).toBe(200);
  },
);

test('a body of 1 MB is refused as too large', async () => {
  const answer = await raw(`grant_type=client_credentials&x=${'x'.repeat(1_000_000)}`, form);
  expectError(answer, { status: 413, error: 'invalid_request' });
});

test('a body of 1 MB in chunks is refused as too large', async () => {
  const chunk = new TextEncoder().encode('x'.repeat(10_000));
  let sent = 0;
  const stream = new ReadableStream({
    pull(controller) {
      if (sent++ < 100) controller.enqueue(chunk);
      else controller.close();
    },
  });
  const answer = await gateway.request('/oauth2/token', {
    method: 'POST',
    headers: { authorization: basic(one), ...form },
    body: stream,
    duplex: 'half',
  } as RequestInit);
  expectError(answer, { status: 413, error: 'invalid_request' });
});

test('51 parameters are refused, and 50 are not', async () => {
  const params = (count: number) => `grant_type=client_credentials${'&%c3%bc=%c3%bc'.repeat(count - 1)}`;
  expect((await raw(params(50), form)).status).toBe(200);
  const answer = await raw(params(51), form);
  expectError(answer, { status: 400, error: 'invalid_request' });
  expect(answer.body.error_description).toBe('the request body has more than 50 parameters');
});

test('16 kB are read, and no more', async () => {
  const body = (length: number) => 'grant_type=client_credentials&x='.padEnd(length, 'x');
  expect((await raw(body(16_384), form)).status).toBe(200);
  expectError(await raw(body(16_385), form), { status: 413, error: 'invalid_request' });
});

test('a body that is packed is refused', async () => {
  const answer = await raw('grant_type=client_credentials', { ...form, 'content-encoding': 'gzip' });
  expectError(answer, { status: 415, error: 'invalid_request' });
});

test.each(['authorization', 'content-type', 'host'])('two headers %s are refused', async (name) => {
  const { host } = new URL(gateway.url);
  const headers: [string, string][] = [
    ...Object.entries({
      host,
      authorization: basic(one),
      ...form,
      'content-length': '29',
      connection: 'close',
    }),
  ];
  const lines = [...headers, ...headers.filter(([key]) => key === name)];
  const head = ['POST /oauth2/token HTTP/1.1', ...lines.map(([key, value]) => `${key}: ${value}`)];
  const answer = await sendRaw(gateway.url, `${head.join('\r\n')}\r\n\r\ngrant_type=client_credentials`);
  expectError(answer, { status: 400, error: 'invalid_request' });
  expect(answer.body.error_description).toBe(`${name}: the header must occur only once`);
});

test('no body is a request without a grant type', async () => {
  expectError(await raw(undefined, form), { status: 400, error: 'invalid_request' });
});

test('credentials in the query are none', async () => {
  const query = new URLSearchParams({ ...grant, client_id: one.clientId, client_secret: one.clientSecret });
  const answer = await gateway.request(`/oauth2/token?${query}`, { method: 'POST', headers: form, body: '' });
  expectError(answer, { status: 401, error: 'invalid_client' });
});

test.each(['GET', 'HEAD', 'PUT', 'PATCH', 'DELETE'])('%s is not allowed', async (method) => {
  const answer = await gateway.request('/oauth2/token', { method });
  expect(answer.status).toBe(405);
  expect(answer.headers.get('allow')).toBe('POST, OPTIONS');
  if (method !== 'HEAD') expectError(answer, { status: 405, error: 'invalid_request' });
});

test('a caller that would rather have HTML gets the error as JSON', async () => {
  const answer = await post(gateway, 'token', grant, {
    accept: 'text/html',
    authorization: basic({ ...one, clientSecret: 'x' }),
  });
  expectError(answer, { status: 401, error: 'invalid_client' });
});
