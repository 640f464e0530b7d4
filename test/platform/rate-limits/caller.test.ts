import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { moveClock, restoreClock } from '../../harness/clock.js';
import { createPath, type Gateway, startGateway } from '../../harness/gateway.js';
import { each, header, somebody, status, transports } from './somebody.js';

let gateway: Gateway;
beforeAll(async () => {
  gateway = await startGateway({ RATE_LIMIT_CALLER: '3' });
});
afterAll(() => gateway.close());
// The clock stands still, so that no second of a window ends during a test.
beforeEach(() => moveClock(0));
afterEach(restoreClock);

describe.each(Object.entries(transports))('over %s', (_name, call) => {
  test('a caller that exceeds the limit learns when to retry', async () => {
    const headers = await somebody(gateway);
    const before = await each(3, () => call(gateway, headers), status);
    expect(before).not.toContain(429);
    const answer = await call(gateway, headers);
    expect(answer.status).toBe(429);
    expect(answer.headers.get('retry-after')).toBe('60');
  });

  test('a caller that waits as long as the response says is served again, and a caller that does not is not', async () => {
    const headers = await somebody(gateway);
    await each(3, () => call(gateway, headers), status);
    const wait = Number((await call(gateway, headers)).headers.get('retry-after'));
    moveClock(wait - 2);
    expect(await call(gateway, headers)).toMatchObject({ status: 429 });
    moveClock(wait);
    expect((await call(gateway, headers)).status).not.toBe(429);
  });

  test('each response has the policy and the requests that remain', async () => {
    const headers = await somebody(gateway);
    const fields = await each(
      4,
      () => call(gateway, headers),
      (answer) => [header('ratelimit-policy')(answer), header('ratelimit')(answer)],
    );
    expect(fields).toEqual([2, 1, 0, 0].map((left) => ['"caller";q=3;w=60', `"caller";r=${left};t=60`]));
  });
});

test('GraphQL answers with errors that have the code and the id of the request', async () => {
  const headers = await somebody(gateway);
  await each(3, () => transports.GraphQL(gateway, headers), status);
  const { body } = await transports.GraphQL(gateway, { ...headers, 'x-request-id': 'the-fourth' });
  const extensions = { code: 'RATE_LIMITED', requestId: 'the-fourth' };
  expect(body).toEqual({
    errors: [
      {
        message: 'Too many requests. Retry after the number of seconds in the retry-after header.',
        extensions,
      },
    ],
  });
});

test('both transports have one limit', async () => {
  const headers = await somebody(gateway);
  expect(await transports.REST(gateway, headers)).toMatchObject({ status: 404 });
  expect(await transports.GraphQL(gateway, headers)).toMatchObject({ status: 200 });
  expect(await transports.REST(gateway, headers)).toMatchObject({ status: 404 });
  expect(await transports.GraphQL(gateway, headers)).toMatchObject({ status: 429 });
  expect(await transports.REST(gateway, headers)).toMatchObject({ status: 429 });
});

test('a caller is the same with another token, and with another tenant', async () => {
  const sub = crypto.randomUUID();
  const calls = await each(
    4,
    async () => transports.GraphQL(gateway, await somebody(gateway, { sub })),
    status,
  );
  expect(calls).toEqual([200, 200, 200, 429]);
});

test('callers do not use up the limit of each other', async () => {
  const [one, other] = [await somebody(gateway), await somebody(gateway)];
  await each(4, () => transports.GraphQL(gateway, one), status);
  expect(await transports.GraphQL(gateway, one)).toMatchObject({ status: 429 });
  expect(await transports.GraphQL(gateway, other)).toMatchObject({ status: 200 });
});

test('a subject of another realm is another caller', async () => {
  const sub = crypto.randomUUID();
  const headers = await somebody(gateway, { sub });
  await each(4, () => transports.GraphQL(gateway, headers), status);
  const token = await gateway.partner.sign({
    sub,
    roles: ['tenant_viewer'],
    tenants: [gateway.partnerTenant],
  });
  const partner = { authorization: `Bearer ${token}`, realmname: 'partner' };
  expect(await transports.GraphQL(gateway, partner)).toMatchObject({ status: 200 });
});

test('nothing is executed for a caller that exceeds the limit', async () => {
  const tenant = await gateway.createTenant();
  const headers = await somebody(gateway, { tenants: [tenant] });
  await each(5, () => gateway.create({ ...headers, 'x-tenantid': tenant }), status);
  const count = 'select service_account_count as count from tenant where id = $1';
  expect(await gateway.sql(count, [tenant])).toEqual([{ count: 3 }]);
});

test('who is nobody has no limit of a caller', async () => {
  const calls = await each(5, () => gateway.graphql({}, '{ __typename }'), header('ratelimit'));
  expect(calls).toEqual(Array(5).fill(null));
});

test('0 is no limit, and says nothing', async () => {
  const open = await startGateway({ RATE_LIMIT_CALLER: '0', RATE_LIMIT_ADDRESS: '0' });
  try {
    const headers = await somebody(open);
    for (const call of Object.values(transports)) {
      const answers = await each(
        20,
        () => call(open, headers),
        (answer) => answer,
      );
      for (const { status, headers } of answers) {
        expect(status).not.toBe(429);
        expect([...headers.keys()].filter((name) => /^(ratelimit|retry)/.test(name))).toEqual([]);
      }
    }
  } finally {
    await open.close();
  }
});

test('pages of other origins may read the fields', async () => {
  const origin = 'https://admin.example.com';
  const open = await startGateway({ CORS_ORIGINS: origin, RATE_LIMIT_CALLER: '1', RATE_LIMIT_ADDRESS: '4' });
  try {
    const headers = { ...(await somebody(open)), origin };
    await transports.GraphQL(open, headers);
    const answer = await transports.GraphQL(open, headers);
    expect(answer.status).toBe(429);
    const exposed = answer.headers.get('access-control-expose-headers')?.split(',');
    expect(exposed).toEqual(expect.arrayContaining(['ratelimit-policy', 'ratelimit', 'retry-after']));

    // Preflights, which the browser itself sends, do not count.
    const preflight = { origin, 'access-control-request-method': 'POST' };
    const asked = () => open.request(createPath, { method: 'OPTIONS', headers: preflight });
    expect(await each(9, asked, status)).toEqual(Array(9).fill(204));
    expect(header('ratelimit')(await transports.REST(open, headers))).toMatch(/"address";r=1;/);
  } finally {
    await open.close();
  }
});
