import { connect } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { moveClock, restoreClock } from '../../harness/clock.js';
import { type Answer, createPath, type Gateway, startGateway } from '../../harness/gateway.js';
import { createIssuer } from '../../harness/issuer.js';
import { badTokens, noBearer } from './bad-tokens.js';
import { type Scene, signed } from './credentials.js';
import { json, type KeyServer, startKeyServer } from './key-server.js';

let gateway: Gateway;
let keyServer: KeyServer;
let scene: Scene;
let tenant: string;

beforeAll(async () => {
  const mallory = await createIssuer('mallory');
  keyServer = await startKeyServer(json(mallory.jwks));
  gateway = await startGateway();
  scene = { acme: gateway.issuer, partner: gateway.partner, mallory, keyUrl: keyServer.url };
  tenant = await gateway.createTenant();
});
afterEach(restoreClock);
afterAll(() => Promise.all([gateway.close(), keyServer.close()]));

const viewer = (headers: Record<string, string>) => gateway.graphql(headers, '{ viewer { id } }');
const create = (headers: Record<string, string>) => gateway.create({ 'x-tenantid': tenant, ...headers });

/** The challenge has no error code for a caller without a bearer token (RFC 6750, section 3). */
const challenge = 'Bearer realm="service-account-gateway"';
const invalidToken = new RegExp(
  `^${challenge}, error="invalid_token", error_description="[\\x20\\x21\\x23-\\x5b\\x5d-\\x7e]{1,255}"$`,
);

const headersOf = (credentials: string | Record<string, string>) =>
  typeof credentials === 'string' ? { authorization: credentials } : credentials;

/** Returns the details of an answer: the reason that its challenge has, or none. */
function detailsOf(headers: Headers) {
  const [, reason] = /error_description="(.*)"$/.exec(headers.get('www-authenticate') ?? '') ?? [];
  return reason === undefined ? {} : { details: { reason } };
}

function expectDocumentedAnswer({ status, headers, body }: Answer) {
  expect(body).toEqual({
    success: false,
    message: 'Bearer token is missing, expired, or invalid',
    error: 'Authentication failed',
    code: 'UNAUTHENTICATED',
    timestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
    requestId: headers.get('x-request-id'),
    ...detailsOf(headers),
  });
  expect(status).toBe(401);
}

function expectGraphqlAnswer({ status, headers, body }: Answer) {
  expect(body.data).toBeUndefined();
  expect(body.errors).toEqual([
    {
      message: 'Bearer token is missing, expired, or invalid',
      extensions: {
        code: 'UNAUTHENTICATED',
        requestId: headers.get('x-request-id'),
        ...detailsOf(headers),
      },
    },
  ]);
  expect(status).toBe(401);
}

test('the token that the bad ones are made from is a good one', async () => {
  const authorization = signed(scene);
  expect(await viewer({ authorization })).toMatchObject({
    status: 200,
    body: { data: { viewer: { id: 'mallory' } } },
  });
  expect(await viewer({ authorization: authorization.replace('Bearer', 'bearer') })).toMatchObject({
    status: 200,
  });
});

describe('the documented request refuses', () => {
  test.each(noBearer)('%s, with a challenge that names no error', async (_name, headers) => {
    const answer = await create(headers);
    expectDocumentedAnswer(answer);
    expect(answer.headers.get('www-authenticate')).toBe(challenge);
  });

  test('a token in the query string', async () => {
    const token = signed(scene).slice('Bearer '.length);
    const init = { method: 'POST', headers: { 'x-tenantid': tenant } };
    expectDocumentedAnswer(await gateway.request(`${createPath}?access_token=${token}`, init));
  });

  test.each(badTokens)('%s', async (_name, credentials) => {
    const answer = await create(headersOf(await credentials(scene)));
    expectDocumentedAnswer(answer);
    expect(answer.headers.get('www-authenticate')).toMatch(invalidToken);
  });
});

describe('GraphQL refuses', () => {
  test.each(badTokens)('%s', async (_name, credentials) => {
    const answer = await viewer(headersOf(await credentials(scene)));
    expectGraphqlAnswer(answer);
    expect(answer.headers.get('www-authenticate')).toMatch(invalidToken);
  });

  test('Basic credentials, with a challenge that names no error', async () => {
    const answer = await viewer({ authorization: 'Basic YWRtaW46YWRtaW4=' });
    expectGraphqlAnswer(answer);
    expect(answer.headers.get('www-authenticate')).toBe(challenge);
  });

  test('introspection with a bad token', async () => {
    const introspection = '{ __schema { queryType { name } } }';
    expectGraphqlAnswer(await gateway.graphql({ authorization: 'Bearer a.b.c' }, introspection));
  });
});

describe('GraphQL treats a caller without a token as anonymous', () => {
  test('which may introspect', async () => {
    const { status, body } = await gateway.graphql({}, '{ __schema { queryType { name } } }');
    expect({ status, body }).toEqual({
      status: 200,
      body: { data: { __schema: { queryType: { name: 'Query' } } } },
    });
  });

  test('and learns in a 200 that fields need a token', async () => {
    const { status, body } = await viewer({});
    expect(body.data).toEqual({ viewer: null });
    expect(body.errors).toMatchObject([{ path: ['viewer'], extensions: { code: 'UNAUTHENTICATED' } }]);
    expect(status).toBe(200);
  });
});

test.each([
  ['that was seen while it was valid', true],
  ['that was not seen before', false],
])('a token %s is refused once its expiry and the tolerance are past', async (_name, seen) => {
  const headers = { authorization: signed(scene, { exp: Math.floor(Date.now() / 1000) + 30 }) };
  if (seen) expect(await viewer(headers)).toMatchObject({ status: 200 });
  moveClock(37);
  expectDocumentedAnswer(await create(headers));
});

test('a token that was seen is refused after its expiry although the machine has slept', async () => {
  const headers = { authorization: signed(scene, { exp: Math.floor(Date.now() / 1000) + 30 }) };
  expect(await viewer(headers)).toMatchObject({ status: 200 });
  moveClock(37);
  // The clock that measures spans of time stands still while a machine sleeps.
  jest.restoreAllMocks();
  expectDocumentedAnswer(await create(headers));
});

test('a header of 100 kB is refused by Node, and the gateway continues', async () => {
  const { hostname, port } = new URL(gateway.url);
  const answer = await new Promise<string>((resolve) => {
    let text = '';
    const socket = connect(Number(port), hostname);
    socket.on('data', (data) => {
      text += data;
    });
    // The gateway closes the connection before it has read everything, which resets it.
    socket.on('error', () => undefined);
    socket.on('close', () => resolve(text));
    socket.write(
      `POST ${createPath} HTTP/1.1\r\nhost: gateway\r\nauthorization: Bearer ${'a'.repeat(100_000)}\r\n\r\n`,
    );
  });
  expect(answer).toMatch(/^HTTP\/1\.1 431 /);
  expect(await viewer({ authorization: signed(scene) })).toMatchObject({ status: 200 });
});

test('all of this has created nothing, recorded nothing and fetched nothing', async () => {
  const counts = `select (select count(*) from service_account)::int as accounts,
    (select count(*) from service_account_secret)::int as secrets, (select count(*) from audit_event)::int as events`;
  expect(await gateway.sql(counts)).toEqual([{ accounts: 0, secrets: 0, events: 0 }]);
  expect(keyServer.hits).toBe(0);
});
