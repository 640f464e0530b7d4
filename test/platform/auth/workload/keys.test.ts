import type { RequestListener } from 'node:http';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { moveClock, restoreClock } from '../../../harness/clock.js';
import { createIssuer, type Issuer } from '../../../harness/issuer.js';
import { json, type KeyServer, startKeyServer } from '../key-server.js';
import { now, outcome, reasonFor, tokensOf } from './workload-tokens.js';

const wellKnown = '/.well-known/openid-configuration';

let ci: Issuer;
let server: KeyServer;
/** The issuer at the server, which has keys at /keys. */
let issuer: string;

beforeAll(async () => {
  ci = await createIssuer('ci');
  server = await startKeyServer(json(ci.jwks));
  issuer = server.url.replace(/\/keys$/, '');
});
beforeEach(() => {
  server.answer = serving();
  server.hits = 0;
});
afterEach(restoreClock);
afterAll(() => server.close());

/** Serves the discovery document and the keys, with these changes in the document. */
const serving =
  (changes: object = {}, keys: RequestListener = json(ci.jwks)): RequestListener =>
  (request, response) =>
    request.url?.endsWith(wellKnown)
      ? json({ issuer, jwks_uri: server.url, ...changes })(request, response)
      : keys(request, response);
const status =
  (code: number, headers = {}): RequestListener =>
  (_request, response) =>
    void response.writeHead(code, headers).end();

const token = (claims: object = {}) => ci.sign({ iss: issuer, ...claims });
const unavailable = {
  reason: 'issuer_unavailable',
  message: 'The gateway has no keys of the issuer ci, because it cannot read them; its log says why',
};

test('the keys are found by discovery', async () => {
  expect(await reasonFor(tokensOf([{ name: 'ci', issuer }]), await token())).toBe('accepted');
  expect(server.hits).toBe(2);
});

test('an issuer that ends with a slash has its document without a second slash', async () => {
  const withSlash = `${issuer}/`;
  server.answer = serving({ issuer: withSlash });
  const tokens = tokensOf([{ name: 'aks', issuer: withSlash }]);
  expect(await reasonFor(tokens, await token({ iss: withSlash }))).toBe('accepted');
  expect(await reasonFor(tokens, await token())).toBe('issuer_not_trusted');
});

test('jwksUri is used without discovery, and jwks without any request', async () => {
  const tokens = tokensOf([
    { name: 'ci', issuer, jwksUri: server.url },
    { name: 'inline', issuer: ci.issuer, jwks: ci.jwks },
  ]);
  expect(await reasonFor(tokens, await token())).toBe('accepted');
  expect(server.hits).toBe(1);
  expect(await reasonFor(tokens, await ci.sign())).toBe('accepted');
  expect(server.hits).toBe(1);
});

// biome-ignore format: each row stays on its line
test.each<[string, () => RequestListener, string | RegExp]>([
  ['about another issuer', () => serving({ issuer: 'https://mallory.example.com' }), 'the response is about another issuer: "https://mallory.example.com"'],
  ['about its issuer with a slash', () => serving({ issuer: `${issuer}/` }), /^the response is about another issuer: /],
  ['with keys over plain http', () => serving({ jwks_uri: 'http://keys.example.com/' }), 'jwks_uri must be an https URL in production'],
  ['that redirects', () => status(302, { location: server.url }), 'the response has status 302, and redirects are not followed'],
  ['with keys that redirect', () => serving({}, status(307, { location: server.url })), 'the response has status 307, and redirects are not followed'],
  ['that does not exist', () => status(404), 'the response has status 404'],
  ['with keys of 10 MB', () => serving({}, (_request, response) => void response.end('x'.repeat(10_000_000))), 'the response is larger than 256 kB'],
  ['with 101 keys', () => serving({}, json({ keys: Array(101).fill({}) })), 'the response is not a JWK Set with at most 100 keys'],
  ['with a page instead of keys', () => serving({}, (_request, response) => void response.end('<html>')), 'the response is not valid JSON'],
])('an issuer with a document %s is unavailable', async (_name, answer, reason) => {
  server.answer = answer();
  const tokens = tokensOf([{ name: 'ci', issuer }], true);
  expect(await outcome(tokens, await token())).toMatchObject({ ...unavailable, retryAfter: 5 });
  expect(tokens.log).toEqual([
    expect.objectContaining({
      workloadIssuer: 'ci',
      level: 50,
      msg: 'Keys of the workload issuer cannot be read',
      reason: typeof reason === 'string' ? reason : expect.stringMatching(reason),
    }),
  ]);
});

test('tokens of other issuers, and tokens that are wrong without their keys, cause no read of keys', async () => {
  const tokens = tokensOf([{ name: 'ci', issuer }]);
  const wrong = [
    await token({ iss: 'https://mallory.example.com' }),
    await token({ exp: now() - 1 }),
    await token({ iat: now() - 4000 }),
    await token({ sub: '' }),
  ];
  for (const one of wrong) expect(await reasonFor(tokens, one)).not.toBe('accepted');
  expect(server.hits).toBe(0);
});

test('during an outage of the issuer its keys are used for 24 hours', async () => {
  const tokens = tokensOf([{ name: 'ci', issuer, maxTokenAge: 86_400 }]);
  moveClock(0);
  const [first, second] = [await token({ exp: now() + 90_000 }), await token({ exp: now() + 90_001 })];
  expect(await reasonFor(tokens, first)).toBe('accepted');
  server.answer = status(500);
  const day = 24 * 60 * 60;
  moveClock(day - 10);
  for (const one of [first, second]) expect(await reasonFor(tokens, one)).toBe('accepted');
  moveClock(day + 10);
  const third = await token({ exp: now() + 600 });
  expect(await outcome(tokens, third)).toMatchObject({ ...unavailable, retryAfter: expect.any(Number) });
  server.answer = serving();
  moveClock(day + 60);
  expect(await reasonFor(tokens, third)).toBe('accepted');
  expect(tokens.log.map(({ msg }) => msg)).toEqual([
    'Keys of the workload issuer were loaded',
    'Keys of the workload issuer cannot be read',
    'Keys of the workload issuer cannot be read',
    'Keys of the workload issuer are readable again',
  ]);
});

test('after 24 hours of an outage, even a token that was verified before is not accepted', async () => {
  const tokens = tokensOf([{ name: 'ci', issuer, maxTokenAge: 86_400 }]);
  moveClock(0);
  expect(await reasonFor(tokens, await token())).toBe('accepted');
  server.answer = status(500);
  const day = 24 * 60 * 60;
  moveClock(day - 1);
  const late = await token({ exp: now() + 600 });
  expect(await reasonFor(tokens, late)).toBe('accepted');
  moveClock(day + 1);
  expect(await outcome(tokens, late)).toMatchObject(unavailable);
});

test('an issuer that publishes no usable key rejects all of its tokens, and the log says so', async () => {
  server.answer = serving({}, json({ keys: [{ kty: 'oct', k: 'c2VjcmV0' }] }));
  const tokens = tokensOf([{ name: 'ci', issuer }]);
  expect(await reasonFor(tokens, await token())).toBe('wrong_key');
  expect(tokens.log).toEqual([
    expect.objectContaining({
      workloadIssuer: 'ci',
      level: 50,
      msg: 'Workload issuer has no usable keys; all of its tokens are rejected',
      keys: 0,
      skipped: 1,
    }),
  ]);
});

test('unknown keys cause one read in 30 seconds, however many tokens name them', async () => {
  const tokens = tokensOf([{ name: 'ci', issuer, jwksUri: server.url }]);
  moveClock(0);
  expect(await reasonFor(tokens, await token())).toBe('accepted');
  moveClock(31);
  const unknown = async () =>
    ci.sign({ iss: issuer, jti: crypto.randomUUID() }, { kid: crypto.randomUUID() });
  for (let i = 0; i < 20; i++) expect(await reasonFor(tokens, await unknown())).toBe('wrong_key');
  expect(server.hits).toBe(2);
});

test('readKeys reads the keys of every issuer, and never rejects', async () => {
  server.answer = serving({}, status(503));
  const tokens = tokensOf([
    { name: 'ci', issuer },
    { name: 'other', issuer: 'https://other.example.com', jwksUri: server.url },
    { name: 'inline', issuer: ci.issuer, jwks: ci.jwks },
  ]);
  await tokens.readKeys();
  expect(tokens.log.map(({ workloadIssuer, reason }) => [workloadIssuer, reason]).sort()).toEqual([
    ['ci', 'the response has status 503'],
    ['other', 'the response has status 503'],
  ]);
});

test('without issuers, no token is accepted', async () => {
  const tokens = tokensOf([]);
  await tokens.readKeys();
  expect(await reasonFor(tokens, await token())).toBe('issuer_not_trusted');
});
