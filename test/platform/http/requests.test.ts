import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import { createPath, type Gateway, startGateway } from '../../harness/gateway.js';
import { sendRaw } from '../../harness/raw.js';

const elsewhere = 'evil.example';

let gateway: Gateway;
let own: Record<string, string>;
beforeAll(async () => {
  gateway = await startGateway({ GRAPHQL_IDE: 'on' });
  own = { host: 'gateway', ...(await gateway.as('tenant_admin', await gateway.createTenant())) };
});
afterAll(() => gateway.close());

const accounts = async () => (await gateway.sql('select count(*)::int as n from service_account'))[0]?.n;

afterEach(async () => {
  expect((await gateway.request('/readyz')).status).toBe(200);
});

/** Sends a request with these lines. A header may be in it twice, which no HTTP client would send. */
const ask = (first: string, lines: string[] = [], headers = own) => {
  const all = [...Object.entries(headers).map(([name, value]) => `${name}: ${value}`), ...lines];
  return sendRaw(gateway.url, `${first} HTTP/1.1\r\n${all.join('\r\n')}\r\nconnection: close\r\n\r\n`);
};

test.each([
  ['an unknown path', 'GET /nothing'],
  ['the root', 'GET /'],
  ['an encoding that is none', 'GET /%zz'],
  ['an encoding that is no UTF-8', `POST ${createPath}/%ff`],
  ['NUL in the path', `POST ${createPath}/more%00`],
  ['a slash too many', `POST /${createPath}`],
  ['slashes in the middle', `POST ${createPath.replaceAll('/', '//')}`],
  ['dot segments', `POST /x/..${createPath}`],
  ['encoded dot segments', `POST /x/%2e%2e${createPath}`],
  ['an encoded slash', `POST ${createPath.replace('/create', '%2fcreate')}`],
  ['a backslash', `POST ${createPath.replace('/create', '\\create')}`],
  ['a URL of 15 kB', `GET /${'x'.repeat(15_000)}`],
  ['TRACE', 'TRACE /'],
  ['PROPFIND', 'PROPFIND /'],
  ['OPTIONS of everything', 'OPTIONS *'],
  ['another host in the URL', `GET http://${elsewhere}/nothing`],
])('%s is a 404 in the envelope', async (_what, first) => {
  const answer = await ask(first);
  expect(answer.status).toBe(404);
  expect(answer.body).toMatchObject({
    success: false,
    code: 'NOT_FOUND',
    requestId: answer.headers.get('x-request-id'),
  });
  expect(await accounts()).toBe(0);
});

test.each(['TRACE', 'PROPFIND', 'OPTIONS', 'QUERY', 'GET', 'PUT', 'LOCK', 'M-SEARCH'])(
  '%s of the documented request is a 405',
  async (method) => {
    const answer = await ask(`${method} ${createPath}`);
    // Node 20 does not know the method QUERY, so that its parser refuses the request.
    if (method === 'QUERY' && answer.body.code === 'BAD_REQUEST') return;
    expect(answer).toMatchObject({ status: 405, body: { code: 'METHOD_NOT_ALLOWED' } });
    expect(answer.headers.get('allow')).toBe('POST');
    expect(await accounts()).toBe(0);
  },
);

test.each(['TRACE', 'PROPFIND', 'OPTIONS', 'HEAD', 'DELETE'])('%s of /graphql is a 405', async (method) => {
  const answer = await ask(`${method} /graphql`);
  expect(answer.status).toBe(405);
  expect(answer.headers.get('allow')).toBe('GET, POST');
  if (method === 'HEAD') return;
  expect(answer.body.errors[0].extensions).toEqual({
    code: 'METHOD_NOT_ALLOWED',
    requestId: answer.headers.get('x-request-id'),
  });
});

const twice = [
  ['authorization', 'Bearer other'],
  ['content-encoding', 'gzip'],
  ['content-type', 'application/json'],
  ['host', elsewhere],
  ['idempotency-key', 'another-key-of-mine'],
  ['realmname', 'partner'],
  ['x-tenantid', '3fa85f64-5717-4562-b3fc-2c963f66afa6'],
] as const;

test.each(twice)('two of %s are a 400 at both transports', async (name, value) => {
  const lines = [...(name in own ? [] : [`${name}: ${value}`]), `${name}: ${value}`];
  const expected = { code: 'BAD_USER_INPUT', details: { field: name } };
  const rest = await ask(`POST ${createPath}`, lines);
  expect(rest).toMatchObject({ status: 400, body: expected });
  const graphql = await ask('POST /graphql', lines);
  expect(graphql).toMatchObject({ status: 400, body: { errors: [{ extensions: expected }] } });
  expect(await accounts()).toBe(0);
});

test('the same header once more is two of it as well', async () => {
  const { body } = await ask(`POST ${createPath}`, [`authorization: ${own.authorization}`]);
  expect(body.details).toEqual({ field: 'authorization' });
});

test.each([`POST ${createPath}`, 'POST /graphql'])('%s without a host is a 400', async (first) => {
  const { host: _, ...headers } = own;
  const answer = await ask(first, [], headers);
  expect(answer.status).toBe(400);
  expect(JSON.stringify(answer.body)).toContain('host: the header is required');
});

test('HTTP/1.0 has no host, and its answer ends the connection', async () => {
  const answer = await sendRaw(gateway.url, 'GET /healthz HTTP/1.0\r\n\r\n');
  expect(answer).toMatchObject({ status: 200, body: { status: 'ok' } });
});

test.each([
  `GET /nothing`,
  `POST ${createPath}/`,
  `GET http://${elsewhere}/nothing`,
  'GET /graphql',
  'GET /graphql/',
  'OPTIONS /graphql',
  'POST /graphql',
  'GET /readyz',
])('nothing of the answer to %s is made of the host', async (first) => {
  const headers = { host: elsewhere, 'x-forwarded-host': elsewhere, accept: 'text/html, application/json' };
  const answer = await ask(first, [`forwarded: host=${elsewhere}`, `origin: https://${elsewhere}`], headers);
  expect(answer.status).toBeGreaterThanOrEqual(200);
  expect(JSON.stringify([...answer.headers, answer.body])).not.toContain(elsewhere);
});

test.each(['websocket', 'h2c', 'TLS/1.0'])('an upgrade to %s is not taken', async (protocol) => {
  const answer = await sendRaw(
    gateway.url,
    `GET /healthz HTTP/1.1\r\nhost: x\r\nconnection: upgrade, close\r\nupgrade: ${protocol}\r\nsec-websocket-version: 13\r\nsec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n`,
  );
  expect(answer).toMatchObject({ status: 200, body: { status: 'ok' } });
  expect(answer.headers.get('upgrade')).toBeNull();
});

test('headers are not omitted, however many come before them', async () => {
  const { authorization, ...rest } = own;
  const many = Array.from({ length: 2_500 }, (_, index) => `${index.toString(36)}:`);
  const last = [`authorization: ${authorization}`, 'apollo-require-preflight: true'];
  const answer = await ask('GET /graphql?query={viewer{id}}', [...many, ...last], rest);
  expect(answer).toMatchObject({ status: 200, body: { data: { viewer: { id: 'a tenant_admin' } } } });
});

test.each(['http://[::bad', 'http://a:99999', 'x:'])('a URL that is none, %s, is a 400', async (origin) => {
  const answer = await ask(`GET ${origin}/api/v1/admin/service-account?first=1`);
  expect(answer).toMatchObject({ status: 400, body: { success: false, code: 'BAD_REQUEST' } });
});

test('a list gets a response to a whole URL, too', async () => {
  const answer = await ask(`GET http://${elsewhere}/api/v1/admin/service-account?first=1`);
  expect(answer).toMatchObject({ status: 200, body: { success: true, data: expect.any(Array) } });
});
