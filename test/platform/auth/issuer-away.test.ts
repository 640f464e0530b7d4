import type { RequestListener } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { moveClock, restoreClock } from '../../harness/clock.js';
import { json } from './key-server.js';
import { held, type ServedRealms, startServedRealms } from './served-realms.js';

const error: RequestListener = (_request, response) => void response.writeHead(500).end();
const silence: RequestListener = () => undefined;

const absences: [string, RequestListener][] = [
  ['hangs up', (request) => void request.socket.destroy()],
  ['fails', error],
  ['does not answer', silence],
  ['answers with a page', (_request, response) => void response.end('<html>')],
  ['answers with something else', json({ keys: 'none' })],
  ['answers with 10 MB', (_request, response) => void response.end('x'.repeat(10_000_000))],
  ['redirects', (_request, response) => void response.writeHead(302, { location: '/keys' }).end()],
];

const day = 24 * 60 * 60;
const names = [
  'day',
  'seen',
  'back',
  'tries',
  'slow',
  'shared',
  'quick',
  'unknown',
  'log',
  'log-keys',
  'log-faults',
  'other',
];

let realms: ServedRealms;

beforeAll(async () => {
  realms = await startServedRealms([...names, ...absences.map((_row, index) => `away-${index}`)]);
});
afterEach(restoreClock);
afterAll(() => realms.close());

/** Makes the headers of a token that is valid for longer than the gateway uses known keys. */
const lasting = (realm: string) =>
  realms.headers(realm, { claims: { exp: Math.floor(Date.now() / 1000) + 3 * day } });

/** Waits until something holds that the gateway does in the background. */
async function eventually(fact: () => boolean) {
  for (let tries = 0; !fact() && tries < 200; tries++) await sleep(20);
  expect(fact()).toBe(true);
}

describe('while an issuer', () => {
  test.each(absences)('%s, its known keys continue, and no other realm is touched', async (name, answer) => {
    const realm = `away-${absences.findIndex(([other]) => other === name)}`;
    const seen = await lasting(realm);
    await realms.ask(realm, seen);
    realms.server(realm).answer = answer;
    moveClock(301);
    expect(await realms.ask(realm, seen)).toMatchObject({ status: 200 });
    expect(await realms.ask(realm)).toMatchObject({ status: 200 });
    expect(await realms.ask(realm, { kid: 'unknown' })).toMatchObject({ status: 401 });
    expect(await realms.ask('other')).toMatchObject({ status: 200 });
    expect(realms.server(realm).hits).toBe(2);
  });
});

test('known keys continue for 24 hours and no longer', async () => {
  await realms.ask('day');
  realms.server('day').answer = error;
  const seen = await lasting('day');
  moveClock(day - 10);
  expect(await realms.ask('day', seen)).toMatchObject({ status: 200 });

  moveClock(day + 10);
  const expected = { status: 503, body: { code: 'SERVICE_UNAVAILABLE' } };
  const refused = await realms.gateway.create(seen);
  expect(refused).toMatchObject(expected);
  expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
  expect(await realms.gateway.create(await lasting('day'))).toMatchObject(expected);
});

test('an issuer that is back after a day has its tokens taken again', async () => {
  const seen = await lasting('back');
  await realms.ask('back', seen);
  const { answer } = realms.server('back');
  realms.server('back').answer = error;
  moveClock(day + 10);
  expect(await realms.ask('back', seen)).toMatchObject({ status: 503 });
  realms.server('back').answer = answer;
  moveClock(day + 20);
  expect(await realms.ask('back', seen)).toMatchObject({ status: 200 });
});

test('an issuer that fails is tried once in half a minute, whatever tokens come', async () => {
  await realms.ask('tries');
  realms.server('tries').answer = error;
  for (const [seconds, hits] of [
    [301, 2],
    [325, 2],
    [335, 3],
    [360, 3],
    [366, 4],
  ] as const) {
    moveClock(seconds);
    for (const kid of ['partner-key', 'unknown']) await realms.ask('tries', { kid });
    await eventually(() => realms.server('tries').hits === hits);
  }
});

test('a request with known keys gets a response before a slow issuer is', async () => {
  await realms.ask('slow');
  const { listener, release } = held(error);
  realms.server('slow').answer = listener;
  moveClock(301);
  const answers = await Promise.all(Array.from({ length: 5 }, () => realms.ask('slow')));
  expect(answers.map(({ status }) => status)).toEqual(Array(5).fill(200));
  await eventually(() => realms.server('slow').hits === 2);
  // The log has only the first read of the keys, because the slow attempt has neither failed nor succeeded.
  expect(realms.log('slow').map(({ msg }) => msg)).toEqual(['Keys of the realm were loaded']);
  release();
  await eventually(() => realms.log('slow').length === 2);
  expect(realms.server('slow').hits).toBe(2);
});

describe('without known keys', () => {
  test('requests share one attempt, and are refused without another for a while', async () => {
    const { listener, release } = held(error);
    realms.server('shared').answer = listener;
    const asked = Array.from({ length: 10 }, () => realms.ask('shared'));
    await eventually(() => realms.server('shared').hits > 0);
    release();
    for (const answer of await Promise.all(asked)) {
      expect(answer.status).toBe(503);
      expect(answer.headers.get('retry-after')).toMatch(/^[1-5]$/);
    }
    expect(await realms.ask('shared')).toMatchObject({ status: 503 });
    expect(realms.server('shared').hits).toBe(1);
    moveClock(6);
    expect(await realms.ask('shared')).toMatchObject({ status: 503 });
    expect(realms.server('shared').hits).toBe(2);
  });

  test('a token whose header is out of order is refused without asking the issuer', async () => {
    const { realmname = '' } = await realms.headers('quick');
    const authorization = 'Bearer eyJhbGciOiJub25lIn0.e30.AA';
    expect(await realms.ask('quick', { authorization, realmname })).toMatchObject({ status: 401 });
    expect(realms.server('quick').hits).toBe(0);
  });
});

describe('the log', () => {
  const messages = (realm: string) => realms.log(realm).map(({ msg }) => msg);

  test('tells once that an issuer fails, once a minute that it still does, and once that it is back', async () => {
    const { answer, url } = realms.server('log');
    realms.server('log').answer = error;
    const failure = {
      level: 50,
      realm: 'log',
      url,
      reason: 'the response has status 500',
      msg: 'Keys of the realm cannot be read',
    };
    for (const seconds of [0, 10, 20, 30, 40, 50, 59]) {
      moveClock(seconds);
      expect(await realms.ask('log')).toMatchObject({ status: 503 });
    }
    expect(realms.log('log')).toMatchObject([failure]);
    moveClock(70);
    await realms.ask('log');
    expect(realms.log('log')).toMatchObject([failure, failure]);

    realms.server('log').answer = answer;
    moveClock(80);
    expect(await realms.ask('log')).toMatchObject({ status: 200 });
    expect(await realms.ask('log')).toMatchObject({ status: 200 });
    expect(messages('log').slice(2)).toEqual([
      'Keys of the realm are readable again',
      'Keys of the realm were loaded',
    ]);
  });

  test('reports another fault immediately', async () => {
    const server = realms.server('log-faults');
    for (const [seconds, answer] of [
      [0, error],
      [35, json({ keys: 'none' })],
      [70, error],
    ] as const) {
      server.answer = answer;
      moveClock(seconds);
      await realms.ask('log-faults');
    }
    const reasons = realms.log('log-faults').map(({ reason }) => reason);
    expect(reasons).toEqual([reasons[0], expect.not.stringMatching(String(reasons[0])), reasons[0]]);
  });

  test('tells until when known keys continue, and that they are at their end', async () => {
    const seen = await lasting('log-keys');
    await realms.ask('log-keys', seen);
    realms.server('log-keys').answer = error;
    moveClock(301);
    await realms.ask('log-keys', seen);
    moveClock(day + 10);
    await realms.ask('log-keys', seen);
    const { time } = realms.log('log-keys')[0] as { time: number };
    const [, warning, failure] = realms.log('log-keys') as { usableUntil: string }[];
    expect(realms.log('log-keys')).toHaveLength(3);
    expect(warning).toMatchObject({ level: 40, reason: 'the response has status 500' });
    expect(Math.abs(Date.parse(warning?.usableUntil ?? '') - (time + day * 1000))).toBeLessThan(5000);
    expect(failure).toMatchObject({ level: 50 });
  });
});
