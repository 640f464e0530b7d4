import type { RequestListener } from 'node:http';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { moveClock, restoreClock } from '../../harness/clock.js';
import type { Gateway } from '../../harness/gateway.js';
import { createIssuer, type Issuer } from '../../harness/issuer.js';
import { json, type KeyServer, startKeyServer } from '../../platform/auth/key-server.js';
import { published } from '../../platform/auth/served-realms.js';
import { expectRejection, forged, startGatewayFor } from './workload-attacks.js';
import { type TrustingMachine, trustingMachine, wayNames, ways } from './workloads.js';

/** An issuer whose keys the gateway reads from a server. */
interface Served {
  name: string;
  issuer: Issuer;
  server: KeyServer;
}

/** The gateway remembers keys, so each test has its own issuers, one for each way. */
const tests = [
  'withdrawn',
  'quiet',
  'replaced',
  'emptied',
  'symmetric',
  'down',
  'later',
  'unknown',
  'foreign',
];
const served = new Map<string, Served>();
let gateway: Gateway;
let next: Issuer;
beforeAll(async () => {
  next = await createIssuer('next');
  for (const name of tests.flatMap((one) => wayNames.map((way) => nameOf(one, way)))) {
    const issuer = await createIssuer(name);
    served.set(name, { name, issuer, server: await startKeyServer(json(issuer.jwks)) });
  }
  gateway = await startGatewayFor([...served.values()].map(toRow));
});
afterEach(restoreClock);
afterAll(async () => {
  await gateway.close();
  for (const { server } of served.values()) await server.close();
});

const nameOf = (one: string, way: string) => `${one}-${way.split(' ')[1]}`;
const hangUp: RequestListener = (request) => void request.socket.destroy();

/** Writes an issuer as in the file. The discovery document of one names the keys of another. */
function toRow({ name, issuer, server }: Served) {
  if (!name.startsWith('foreign')) return { name, issuer: issuer.issuer, jwksUri: server.url };
  issuer.issuer = new URL(server.url).origin;
  server.answer = json({ issuer: 'https://mallory.example.com', jwks_uri: server.url });
  return { name, issuer: issuer.issuer };
}

/** The answer of an issuer whose keys the gateway cannot read. */
const unavailable = { status: 503, body: { error: 'temporarily_unavailable' } };

describe.each(wayNames)('by %s', (way) => {
  const { present, error } = ways[way];
  const issuerOf = (name: string) => served.get(nameOf(name, way)) as Served;
  /** Creates an account that trusts an issuer. */
  const machineOf = ({ name }: Served) => trustingMachine(gateway, { issuer: name });
  const token = ({ issuer }: Served, one: TrustingMachine, more: object = {}) =>
    forged(issuer, one, { exp: Math.floor(Date.now() / 1000) + 3000 }, more);
  /** Makes the gateway read the keys again: an unknown kid has this effect half a minute after the last read. */
  async function lookAgain(from: Served, one: TrustingMachine) {
    moveClock(31);
    const text = token(from, one, { kid: 'unknown' });
    expect(await present(gateway, one.clientId, text)).toMatchObject(error);
  }

  test.each<[string, (one: Served) => RequestListener]>([
    ['withdrawn', () => published([next])],
    ['replaced', ({ name }) => published([next], { kid: `${name}-key` })],
    ['emptied', () => json({ keys: [] })],
    [
      'symmetric',
      ({ name }) => json({ keys: [{ kty: 'oct', k: 'c2VjcmV0', alg: 'HS256', kid: `${name}-key` }] }),
    ],
  ])(
    'a token that worked is rejected as soon as the keys are read, if its key is %s',
    async (name, answer) => {
      const from = issuerOf(name);
      const [one, another] = [await machineOf(from), await machineOf(from)];
      const text = token(from, one);
      expect((await present(gateway, one.clientId, text)).status).toBe(200);
      from.server.answer = answer(from);
      expect((await present(gateway, one.clientId, text)).status).toBe(200);
      await lookAgain(from, another);
      await expectRejection(gateway, way, one, text, 'wrong_key');
    },
  );

  test('a token whose key was withdrawn is rejected by the first request after five quiet minutes', async () => {
    const from = issuerOf('quiet');
    const one = await machineOf(from);
    const text = token(from, one);
    expect((await present(gateway, one.clientId, text)).status).toBe(200);
    from.server.answer = published([next]);
    moveClock(301);
    expect(await present(gateway, one.clientId, text)).toMatchObject(error);
  });

  test('while the issuer is unreachable from the start, the client shall try again', async () => {
    const from = issuerOf('down');
    from.server.answer = hangUp;
    const one = await machineOf(from);
    await expectRejection(gateway, way, one, token(from, one), 'issuer_unavailable', unavailable);
    const { headers, body } = await present(gateway, one.clientId, token(from, one));
    expect(Number(headers.get('retry-after'))).toBeGreaterThan(0);
    expect(Number(headers.get('retry-after'))).toBeLessThanOrEqual(5);
    expect(body.error_description).not.toContain(from.server.url);
    from.server.answer = json(from.issuer.jwks);
    moveClock(6);
    expect((await present(gateway, one.clientId, token(from, one))).status).toBe(200);
  });

  test('an issuer that becomes unreachable later keeps its keys, and gets no others', async () => {
    const from = issuerOf('later');
    const one = await machineOf(from);
    expect((await present(gateway, one.clientId, token(from, one))).status).toBe(200);
    from.server.answer = hangUp;
    moveClock(400);
    expect((await present(gateway, one.clientId, token(from, one))).status).toBe(200);
    const forgery = token({ ...from, issuer: { ...next, issuer: from.issuer.issuer } }, one);
    await expectRejection(gateway, way, one, forgery, 'wrong_key');
  });

  test('an issuer that is unreachable for more than a day has no keys', async () => {
    const from = issuerOf('unknown');
    const one = await machineOf(from);
    expect((await present(gateway, one.clientId, token(from, one))).status).toBe(200);
    from.server.answer = hangUp;
    moveClock(24 * 60 * 60 + 1);
    const text = token(from, one);
    expect(await present(gateway, one.clientId, text)).toMatchObject(unavailable);
  });

  test('an issuer whose discovery document is about another has no keys', async () => {
    const from = issuerOf('foreign');
    const one = await machineOf(from);
    await expectRejection(gateway, way, one, token(from, one), 'issuer_unavailable', unavailable);
    expect(from.server.hits).toBeGreaterThan(0);
    expect(gateway.log.join('')).toContain('the response is about another issuer');
  });
});
