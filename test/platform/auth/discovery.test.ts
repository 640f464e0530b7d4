import type { RequestListener } from 'node:http';
import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import { moveClock, restoreClock } from '../../harness/clock.js';
import { createIssuer, type Issuer } from '../../harness/issuer.js';
import { json, type KeyServer, startKeyServer } from './key-server.js';
import { type ServedRealms, startServedRealms } from './served-realms.js';

const wellKnown = '/.well-known/openid-configuration';
const mismatch = /^the response is about another issuer: /;
const shape = 'the response must contain issuer, and an http or https URL in jwks_uri';

/** Issuers at `url` whose discovery fails, each with the answers of its server and the reason in the log. */
const refused: [string, (url: string, keys: string) => RequestListener, string | RegExp][] = [
  [
    'another issuer',
    (_url, keys) => json({ issuer: 'https://mallory.example.com', jwks_uri: keys }),
    mismatch,
  ],
  ['its issuer with a slash', (url, keys) => json({ issuer: `${url}/`, jwks_uri: keys }), mismatch],
  ['its issuer in capitals', (url, keys) => json({ issuer: url.toUpperCase(), jwks_uri: keys }), mismatch],
  ['no issuer', (_url, keys) => json({ jwks_uri: keys }), shape],
  ['a list of issuers', (url, keys) => json({ issuer: [url], jwks_uri: keys }), shape],
  ['no jwks_uri', (url) => json({ issuer: url }), shape],
  ['a jwks_uri that is a file', (url) => json({ issuer: url, jwks_uri: 'file:///etc/passwd' }), shape],
  [
    'a jwks_uri that is data',
    (url) => json({ issuer: url, jwks_uri: 'data:application/json,{"keys":[]}' }),
    shape,
  ],
  [
    'a jwks_uri with a password',
    (url, keys) => json({ issuer: url, jwks_uri: keys.replace('//', '//a:b@') }),
    shape,
  ],
  ['a jwks_uri without a host', (url) => json({ issuer: url, jwks_uri: '/keys' }), shape],
  [
    'a jwks_uri of plain http',
    (url) => json({ issuer: url, jwks_uri: 'http://keys.example.com/' }),
    'jwks_uri must be an https URL in production',
  ],
  ['a list', () => json([]), shape],
  ['a page', () => (_request, response) => void response.end('<html>'), 'the response is not valid JSON'],
  [
    'a redirect',
    (_url, keys) => (_request, response) => void response.writeHead(302, { location: keys }).end(),
    /redirects are not followed/,
  ],
  [
    '10 MB',
    () => (_request, response) => void response.end('x'.repeat(10_000_000)),
    'the response is larger than 256 kB',
  ],
  ['silence', () => () => undefined, 'the response took longer than 5 seconds'],
];

let realms: ServedRealms;
let next: Issuer;
/** The server of the keys. It has another port than the issuers, so that it is another host in the sense of HTTP. */
let keyServer: KeyServer;

beforeAll(async () => {
  next = await createIssuer('partner');
  const names = [
    'good',
    'slash',
    'moves',
    'half',
    'keys',
    ...refused.map((_row, index) => `refused-${index}`),
  ];
  realms = await startServedRealms(names, (url, issuer, name) => ({
    issuer: { ...issuer, issuer: issuerAt(url, name) },
    jwks: undefined,
  }));
  keyServer = await startKeyServer(json(realms.issuer.jwks));
});
afterEach(restoreClock);
afterAll(async () => {
  await realms.close();
  await keyServer.close();
});

/** Returns the issuer for a server's URL, which ends with /keys. In the realm `slash` the issuer ends with a slash. */
const issuerAt = (url: string, realm: string) => url.replace(/\/keys$/, realm === 'slash' ? '/' : '');
const issuerOf = (realm: string) => issuerAt(realms.server(realm).url, realm);
const document = (realm: string, uri = keyServer.url) => ({ issuer: issuerOf(realm), jwks_uri: uri });
const ask = (realm: string, by = realms.issuer) =>
  realms.ask(realm, { by, claims: { iss: issuerOf(realm) } });

/** Makes a server that answers at these paths, and with a 404 at all others. */
const at =
  (paths: Record<string, RequestListener>): RequestListener =>
  (request, response) =>
    (paths[request.url ?? ''] ?? ((_request, answer) => void answer.writeHead(404).end()))(request, response);

test('the keys of a realm without jwks and jwksUri are found through its issuer, on another host too', async () => {
  realms.server('good').answer = at({ [wellKnown]: json(document('good')) });
  expect(await ask('good')).toMatchObject({ status: 200, body: { data: { viewer: { realm: 'good' } } } });
  expect(await ask('good', next)).toMatchObject({ status: 401 });
});

test('a slash at the end of the issuer stands for itself, and not in the path of the document', async () => {
  realms.server('slash').answer = at({ [wellKnown]: json(document('slash')) });
  expect(await ask('slash')).toMatchObject({ status: 200 });
});

test.each(refused)('a document with %s is refused', async (name, answer, reason) => {
  const realm = `refused-${refused.findIndex(([other]) => other === name)}`;
  realms.server(realm).answer = answer(issuerOf(realm), keyServer.url);
  const { hits } = keyServer;
  expect(await ask(realm)).toMatchObject({ status: 503 });
  expect(keyServer.hits).toBe(hits);
  expect(realms.log(realm)).toMatchObject([
    {
      url: issuerOf(realm) + wellKnown,
      reason: typeof reason === 'string' ? reason : expect.stringMatching(reason),
    },
  ]);
});

test('keys that move are found where they are now', async () => {
  const server = realms.server('moves');
  server.answer = at({ [wellKnown]: json(document('moves')) });
  expect(await ask('moves')).toMatchObject({ status: 200 });
  const keys = server.url.replace(/keys$/, 'new/keys');
  server.answer = at({ [wellKnown]: json(document('moves', keys)), '/new/keys': json(next.jwks) });
  moveClock(301);
  expect(await ask('moves', next)).toMatchObject({ status: 200 });
  expect(await ask('moves')).toMatchObject({ status: 401 });
});

test('keys that cannot be read where the document says are reported with their own URL', async () => {
  const { url } = realms.server('keys');
  realms.server('keys').answer = at({ [wellKnown]: json(document('keys', `${url}?secret=1`)) });
  expect(await ask('keys')).toMatchObject({ status: 503 });
  expect(realms.log('keys')).toMatchObject([{ url, reason: 'the response has status 404' }]);
});

test('both documents have five seconds together', async () => {
  const { url } = realms.server('half');
  const late =
    (answer: RequestListener): RequestListener =>
    (request, response) =>
      void setTimeout(() => answer(request, response), 3000);
  realms.server('half').answer = at({
    [wellKnown]: late(json(document('half', url))),
    '/keys': late(json(realms.issuer.jwks)),
  });
  expect(await ask('half')).toMatchObject({ status: 503 });
  expect(realms.log('half')).toMatchObject([{ url, reason: 'the response took longer than 5 seconds' }]);
});
