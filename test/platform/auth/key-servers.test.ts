import type { RequestListener } from 'node:http';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { moveClock, restoreClock } from '../../harness/clock.js';
import type { Gateway } from '../../harness/gateway.js';
import { startGatewayWith } from '../../harness/gateway-with.js';
import { createIssuer, type Issuer } from '../../harness/issuer.js';
import { json, type KeyServer, startKeyServer } from './key-server.js';

const broken: [string, RequestListener][] = [
  ['500', (_request, response) => void response.writeHead(500).end()],
  ['404', (_request, response) => void response.writeHead(404).end('{}')],
  ['text', (_request, response) => void response.end('<html>')],
  ['JSON that holds no keys', json({ hello: 'world' })],
  ['a list', json([])],
  [
    'a redirect to good keys',
    (_request, response) => void response.writeHead(302, { location: server('once').url }).end(),
  ],
  [
    'half of what it promised',
    (_request, response) =>
      void response.writeHead(200, { 'content-length': 9 }).write('{', () => response.destroy()),
  ],
  ['by hanging up', (request) => void request.socket.destroy()],
  ['nothing for five seconds', () => undefined],
];

let acme: Issuer;
let partner: Issuer;
let gateway: Gateway;
/** The key servers by realm. Each test has its own realm, because a gateway remembers keys. */
const servers = new Map<string, KeyServer>();
const names = ['once', 'flood', 'rotation', 'age', 'recovery', 'down'];

beforeAll(async () => {
  [acme, partner] = await Promise.all([createIssuer('acme'), createIssuer('partner')]);
  for (const name of names) servers.set(name, await startKeyServer(json(partner.jwks)));
  for (const [index, [, answer]] of broken.entries())
    servers.set(`broken-${index}`, await startKeyServer(answer));
  const rows = [...servers].map(([name, { url }]) => [name, { issuer: partner, jwksUri: url }]);
  gateway = await startGatewayWith({ acme: { issuer: acme }, ...Object.fromEntries(rows) });
});
afterEach(restoreClock);
afterAll(async () => {
  await gateway.close();
  for (const { close } of servers.values()) await close();
});

function server(realm: string): KeyServer {
  const found = servers.get(realm);
  if (!found) throw new Error(`no key server for ${realm}`);
  return found;
}

/** Makes the headers of a token that the gateway has not seen yet, or of one with a given `jti`. */
async function headers(realm: string, { kid = 'partner-key', jti = crypto.randomUUID(), by = partner } = {}) {
  const token = await by.sign({ roles: ['super_admin'], iat: 0, jti }, { kid });
  return { authorization: `Bearer ${token}`, realmname: realm };
}

const viewer = (given: Record<string, string>) => gateway.graphql(given, '{ viewer { realm } }');

async function expectAcmeUntouched() {
  const answer = await viewer(await headers('acme', { by: acme, kid: 'acme-key' }));
  expect(answer).toMatchObject({ status: 200, body: { data: { viewer: { realm: 'acme' } } } });
}

/** Returns the public key under another key id. */
const renamed = (kid: string) => json({ keys: partner.jwks.keys.map((key) => ({ ...key, kid })) });

describe('keys from a URL', () => {
  test('are read when they are first needed, and once', async () => {
    expect(server('once').hits).toBe(0);
    for (let index = 0; index < 3; index++) {
      expect((await viewer(await headers('once'))).body).toEqual({ data: { viewer: { realm: 'once' } } });
    }
    expect(server('once').hits).toBe(1);
  });

  test('are not read again for each unknown kid', async () => {
    for (let index = 0; index < 5; index++) {
      expect(await viewer(await headers('flood', { kid: `unknown-${index}` }))).toMatchObject({
        status: 401,
      });
    }
    expect(server('flood').hits).toBe(1);
  });

  test('are read again for an unknown kid after a while', async () => {
    await viewer(await headers('rotation'));
    server('rotation').answer = renamed('next-key');
    moveClock(31);
    expect(await viewer(await headers('rotation', { kid: 'next-key' }))).toMatchObject({ status: 200 });
    expect(server('rotation').hits).toBe(2);
  });

  test('are read again after five minutes', async () => {
    await viewer(await headers('age'));
    moveClock(301);
    expect(await viewer(await headers('age'))).toMatchObject({ status: 200 });
    expect(server('age').hits).toBe(2);
  });
});

describe('an issuer that answers', () => {
  test.each(broken.map(([name], index): [string, string] => [name, `broken-${index}`]))(
    '%s makes its own realm unavailable, and no other',
    async (_name, realm) => {
      const answer = await gateway.create(await headers(realm));
      expect(answer).toMatchObject({
        status: 503,
        body: { success: false, code: 'SERVICE_UNAVAILABLE', error: 'Service unavailable' },
      });
      expect(answer.headers.get('www-authenticate')).toBeNull();
      expect(
        gateway.log.some(
          (line) => line.includes('Keys of the realm cannot be read') && line.includes(`"${realm}"`),
        ),
      ).toBe(true);
      await expectAcmeUntouched();
    },
  );

  test('500 is reported over GraphQL, too, and forgotten when the outage has ended', async () => {
    server('recovery').answer = (_request, response) => void response.writeHead(500).end();
    const answer = await viewer(await headers('recovery'));
    expect(answer).toMatchObject({
      status: 503,
      body: { errors: [{ extensions: { code: 'SERVICE_UNAVAILABLE' } }] },
    });
    server('recovery').answer = json(partner.jwks);
    moveClock(6);
    expect(await viewer(await headers('recovery'))).toMatchObject({ status: 200 });
  });
});

test('an issuer that is down makes its own realm unavailable, and no other', async () => {
  await server('down').close();
  expect(await viewer(await headers('down'))).toMatchObject({ status: 503 });
  await expectAcmeUntouched();
});
