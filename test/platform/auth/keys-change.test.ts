import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { moveClock, restoreClock } from '../../harness/clock.js';
import { createIssuer, type Issuer } from '../../harness/issuer.js';
import { json } from './key-server.js';
import { held, published, type ServedRealms, startServedRealms } from './served-realms.js';

const withdrawals: [string, (issuer: Issuer, next: Issuer) => ReturnType<typeof json>][] = [
  ['withdrawn', (_issuer, next) => published([next])],
  ['withdrawn with all others', () => json({ keys: [] })],
  ['replaced under its own kid', (_issuer, next) => published([next], { kid: 'partner-key' })],
  ['given another kid', (issuer) => published([issuer], { kid: 'another-key' })],
  ['meant for encryption now', (issuer) => published([issuer], { use: 'enc' })],
  ['meant for another algorithm now', (issuer) => published([issuer], { alg: 'ES384' })],
];

let realms: ServedRealms;
let next: Issuer;

beforeAll(async () => {
  next = await createIssuer('partner');
  const names = ['kept', 'late', 'early', 'new', 'same-kid', 'no-kid', 'no-kid-new', 'two', 'twice'];
  realms = await startServedRealms([...names, ...withdrawals.map((_row, index) => `withdrawn-${index}`)]);
});
afterEach(restoreClock);
afterAll(() => realms.close());

/** Makes the gateway read the keys again: an unknown kid has this effect half a minute after the last read. */
async function lookAgain(realm: string) {
  moveClock(31);
  expect(await realms.ask(realm, { kid: 'unknown' })).toMatchObject({ status: 401 });
}

describe('a token that was valid before, and whose key is', () => {
  test.each(withdrawals)('%s, is refused as soon as the keys are read', async (name, answer) => {
    const realm = `withdrawn-${withdrawals.findIndex(([other]) => other === name)}`;
    const seen = await realms.headers(realm);
    expect(await realms.ask(realm, seen)).toMatchObject({ status: 200 });
    realms.server(realm).answer = answer(realms.issuer, next);
    expect(await realms.ask(realm, seen)).toMatchObject({ status: 200 });

    await lookAgain(realm);
    const refused = await realms.ask(realm, seen);
    expect(refused.status).toBe(401);
    expect(refused.headers.get('www-authenticate')).toMatch(/error="invalid_token"/);
    expect(await realms.gateway.create(seen)).toMatchObject({ status: 401 });
  });

  test('still there, among others in another order, continues', async () => {
    const seen = await realms.headers('kept');
    await realms.ask('kept', seen);
    realms.server('kept').answer = json({
      keys: [{ ...next.jwks.keys[0], kid: 'b' }, realms.issuer.jwks.keys[0]],
    });
    await lookAgain('kept');
    expect(await realms.ask('kept', seen)).toMatchObject({ status: 200 });
  });

  test('withdrawn, is refused by the first request after five quiet minutes', async () => {
    const claims = { exp: Math.floor(Date.now() / 1000) + 3600 };
    const seen = await realms.headers('late', { claims });
    await realms.ask('late', seen);
    realms.server('late').answer = published([next], { kid: 'next' });
    moveClock(301);
    expect(await realms.ask('late', seen)).toMatchObject({ status: 401 });
  });

  test('withdrawn, is refused within five minutes, and no request waits for that', async () => {
    const seen = await realms.headers('early');
    await realms.ask('early', seen);
    const { listener, release } = held(published([next], { kid: 'next' }));
    realms.server('early').answer = listener;
    moveClock(250);
    expect(await realms.ask('early', seen)).toMatchObject({ status: 200 });
    release();
    let status = 200;
    for (let tries = 0; status === 200 && tries < 100; tries++) {
      await sleep(20);
      ({ status } = await realms.ask('early', seen));
    }
    expect(status).toBe(401);
    expect(realms.server('early').hits).toBe(2);
  });
});

describe('a new key is found', () => {
  test.each([
    ['by its kid', 'new', 'next-key', 'next-key'],
    ['under a kid that is used again', 'same-kid', 'partner-key', 'partner-key'],
    ['by tokens without a kid', 'no-kid-new', 'next-key', undefined],
  ])('%s', async (_name, realm, publishedKid, kid) => {
    await realms.ask(realm);
    realms.server(realm).answer = published([next], { kid: publishedKid });
    expect(await realms.ask(realm, { by: next, kid })).toMatchObject({ status: 401 });
    moveClock(31);
    expect(await realms.ask(realm, { by: next, kid })).toMatchObject({ status: 200 });
    expect(realms.server(realm).hits).toBe(2);
  });
});

describe('a token without a kid', () => {
  test('is refused as soon as a reading lacks its key', async () => {
    const seen = await realms.headers('no-kid', { kid: undefined });
    expect(await realms.ask('no-kid', seen)).toMatchObject({ status: 200 });
    realms.server('no-kid').answer = published([next], { kid: 'next' });
    await lookAgain('no-kid');
    expect(await realms.ask('no-kid', seen)).toMatchObject({ status: 401 });
  });

  test('may be of any key that fits', async () => {
    realms.server('two').answer = published([next, realms.issuer]);
    for (const by of [next, realms.issuer])
      expect(await realms.ask('two', { by, kid: undefined })).toMatchObject({ status: 200 });
    const mallory = await createIssuer('partner');
    expect(await realms.ask('two', { by: mallory, kid: undefined })).toMatchObject({ status: 401 });
  });
});

test('of two keys with one kid, either is valid', async () => {
  realms.server('twice').answer = published([next, realms.issuer], { kid: 'one' });
  for (const by of [next, realms.issuer])
    expect(await realms.ask('twice', { by, kid: 'one' })).toMatchObject({ status: 200 });
  const mallory = await createIssuer('partner');
  expect(await realms.ask('twice', { by: mallory, kid: 'one' })).toMatchObject({ status: 401 });
});
