import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { moveClock, restoreClock } from '../../harness/clock.js';
import { type Answer, type Gateway, startGateway } from '../../harness/gateway.js';
import { openRaw, parseAnswer } from '../../harness/raw.js';
import { until } from '../../harness/until.js';
import { basic, decode, getToken, type Machine, machine, post, wrongSecret } from './machine.js';

const limits = {
  RATE_LIMIT_OAUTH_ADDRESS: '8',
  RATE_LIMIT_CLIENT: '4',
  RATE_LIMIT_CLIENT_REVOCATIONS: '2',
  TRUST_PROXY: '1',
};

let gateway: Gateway;
beforeAll(async () => {
  gateway = await startGateway(limits);
});
afterAll(() => gateway.close());
// The clock stands still, so that no second of a window ends during a test.
beforeEach(() => moveClock(0));
afterEach(restoreClock);

let addresses = 0;
const newAddress = () => `198.51.100.${++addresses}`;

const endpoints = ['token', 'introspect', 'revoke'] as const;

const ask = (
  one: Pick<Machine, 'clientId' | 'clientSecret'>,
  endpoint: (typeof endpoints)[number] = 'token',
  address = newAddress(),
  at = gateway,
) =>
  post(
    at,
    endpoint,
    { grant_type: 'client_credentials', token: 'x' },
    { authorization: basic(one), 'x-forwarded-for': address },
  );

async function statuses(times: number, call: () => Promise<Answer>): Promise<number[]> {
  const all: number[] = [];
  for (let n = 0; n < times; n++) all.push((await call()).status);
  return all;
}

const passed = (times: number) => Array(times).fill(200);

describe('a form that others could read differently', () => {
  const bodyOf = ({ clientId, clientSecret }: Machine) =>
    `client_id=${clientId}&client_secret=${clientSecret}&grant_type=client_credentials`;
  const type = 'application/x-www-form-urlencoded';
  const send = (contentType: string, body: Buffer) =>
    gateway.request('/oauth2/token', {
      method: 'POST',
      headers: { 'content-type': contentType, 'x-forwarded-for': newAddress() },
      body: new Uint8Array(body),
    });

  test.each([
    ['in UTF-16', `${type}; charset=utf-16le`, (text: string) => Buffer.from(text, 'utf16le')],
    ['with a byte order mark', `${type}; charset=utf-8`, (text: string) => Buffer.from(`\ufeff${text}`)],
  ])('is refused %s, so it cannot bypass the limits of its client', async (_, contentType, encode) => {
    const { status, body } = await send(contentType, encode(bodyOf(await machine(gateway))));
    expect([status, body.error]).toEqual([400, 'invalid_request']);
  });
});

describe('an address', () => {
  /** Uses up the limit of a new address. @returns the address */
  const usedUp = async () => {
    const address = newAddress();
    const anybody = () =>
      post(gateway, 'token', {}, { 'x-forwarded-for': address, authorization: 'Basic eA==' });
    expect(await statuses(8, anybody)).toEqual(Array(8).fill(401));
    return address;
  };

  test.each(endpoints)('over its limit is refused at /oauth2/%s', async (endpoint) => {
    const { status, headers, body } = await ask(await machine(gateway), endpoint, await usedUp());
    expect(status).toBe(429);
    expect(headers.get('retry-after')).toBe('60');
    expect(headers.get('cache-control')).toBe('no-store');
    expect(headers.get('ratelimit')).toBe('"oauth_address";r=0;t=60');
    expect(body).toEqual({
      error: 'slow_down',
      error_description: 'too many requests; retry after the number of seconds in the retry-after header',
    });
  });

  test('is refused before its form has arrived', async () => {
    const raw = await openRaw(gateway.url);
    const address = await usedUp();
    raw.socket.write(
      `POST /oauth2/token HTTP/1.1\r\nhost: x\r\nx-forwarded-for: ${address}\r\ncontent-length: 100\r\n\r\n`,
    );
    expect(await until(async () => parseAnswer(raw.text()).status, Boolean)).toBe(429);
    raw.socket.destroy();
  });

  test('gets its limit back when the window has ended', async () => {
    const address = await usedUp();
    moveClock(61);
    expect((await ask(await machine(gateway), 'token', address)).status).toBe(200);
  });

  test('over its limit leaves other addresses alone', async () => {
    await usedUp();
    expect((await ask(await machine(gateway))).status).toBe(200);
  });

  test('over its limit still reads the public documents', async () => {
    const headers = { 'x-forwarded-for': await usedUp() };
    expect((await gateway.request('/oauth2/jwks', { headers })).status).toBe(200);
  });

  test('of machines does not use up the limit of administrators there', async () => {
    const address = await usedUp();
    const { admin } = await machine(gateway);
    const headers = { ...admin.headers, 'x-forwarded-for': address };
    expect((await gateway.graphql(headers, '{ viewer { id } }')).status).toBe(200);
  });
});

describe('a client', () => {
  test('over its limit is refused at every endpoint, wherever it is', async () => {
    const one = await machine(gateway);
    expect(await statuses(5, () => ask(one))).toEqual([...passed(4), 429]);
    expect((await ask(one, 'introspect')).body.error).toBe('slow_down');
    expect((await ask(one, 'revoke')).body.error).toBe('slow_down');
  });

  test('learns how much of its limit is left', async () => {
    const { headers } = await ask(await machine(gateway));
    expect(headers.get('ratelimit-policy')).toBe('"oauth_address";q=8;w=60, "client";q=4;w=60');
    expect(headers.get('ratelimit')).toBe('"oauth_address";r=7;t=60, "client";r=3;t=60');
  });

  test('over its limit leaves other clients alone', async () => {
    const one = await machine(gateway);
    await statuses(5, () => ask(one));
    expect((await ask(await machine(gateway, {}, one.admin))).status).toBe(200);
  });

  test('is not locked out by anyone with its ID and a wrong secret', async () => {
    const one = await machine(gateway);
    await statuses(6, () => ask({ ...one, clientSecret: wrongSecret }));
    expect(await statuses(4, () => ask(one))).toEqual(passed(4));
  });

  test('is not locked out by anyone with its ID and a revoked secret', async () => {
    const one = await machine(gateway);
    expect((await ask(one)).status).toBe(200);
    const { body } = await one.admin.rest('POST', `/${one.id}/rotate-secret`, { overlapSeconds: 0 });
    expect(await statuses(6, () => ask(one))).toEqual(Array(6).fill(401));
    expect((await ask({ ...one, clientSecret: body.data.clientSecret })).status).toBe(200);
  });

  test('with its secret in the form has the same limit', async () => {
    const { clientId, clientSecret } = await machine(gateway);
    const form = { grant_type: 'client_credentials', client_id: clientId, client_secret: clientSecret };
    const call = () => post(gateway, 'token', form, { 'x-forwarded-for': newAddress() });
    expect(await statuses(5, call)).toEqual([...passed(4), 429]);
  });

  test('may revoke fewer tokens than it may request', async () => {
    const one = await machine(gateway);
    expect(await statuses(3, () => ask(one, 'revoke'))).toEqual([200, 200, 429]);
    expect((await ask(one)).status).toBe(200);
  });

  test('over its limit of revocations revokes nothing', async () => {
    const one = await machine(gateway);
    await statuses(2, () => ask(one, 'revoke'));
    const token = await getToken(gateway, one);
    await post(gateway, 'revoke', { token }, { authorization: basic(one), 'x-forwarded-for': newAddress() });
    const rows = await gateway.sql('select from revoked_token where jti = $1', [decode(token).payload.jti]);
    expect(rows).toEqual([]);
  });
});

test('gateways that count in the database count together', async () => {
  const first = await startGateway({ ...limits, RATE_LIMIT_STORE: 'postgres' });
  const second = await startGateway(first.env);
  try {
    const one = await machine(first);
    expect(await statuses(2, () => ask(one, 'token', newAddress(), first))).toEqual(passed(2));
    expect(await statuses(3, () => ask(one, 'token', newAddress(), second))).toEqual([...passed(2), 429]);
    expect(await statuses(1, () => ask(one, 'token', newAddress(), first))).toEqual([429]);
  } finally {
    await second.close();
    await first.close();
  }
});
