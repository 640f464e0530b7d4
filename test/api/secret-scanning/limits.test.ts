import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { generateSecret } from '../../../src/features/service-accounts/secrets/secret.js';
import { moveClock, restoreClock } from '../../harness/clock.js';
import { type Gateway, startGateway } from '../../harness/gateway.js';
import { scan } from './scanner.js';

let gateway: Gateway;
beforeAll(async () => {
  gateway = await startGateway({ SECRET_SCANNING: 'on', RATE_LIMIT_ANONYMOUS: '3', TRUST_PROXY: '1' });
});
afterAll(() => gateway.close());
beforeEach(() => moveClock(0));
afterEach(restoreClock);

let host = 0;
const somewhere = () => ({ 'x-forwarded-for': `192.0.2.${++host}` });
const report = (headers: Record<string, string>) => scan(gateway, { secret: generateSecret() }, headers);

async function statuses(count: number, ask: () => Promise<{ status: number }>): Promise<number[]> {
  const all: number[] = [];
  for (let n = 0; n < count; n++) all.push((await ask()).status);
  return all;
}

test('the reports of an address have the limit of requests without a token', async () => {
  const headers = somewhere();
  expect(await statuses(4, () => report(headers))).toEqual([202, 202, 202, 429]);
  const { body, headers: sent } = await report(headers);
  expect(body).toMatchObject({ code: 'RATE_LIMITED' });
  expect([sent.get('retry-after'), sent.get('cache-control')]).toEqual(['60', 'no-store']);
  expect(await statuses(1, () => report(somewhere()))).toEqual([202]);
});

test('a token makes no difference, because the endpoint reads none', async () => {
  const headers = { ...somewhere(), authorization: 'Bearer x' };
  expect(await statuses(4, () => report(headers))).toEqual([202, 202, 202, 429]);
});

test('malformed reports count, before their body is read', async () => {
  const headers = somewhere();
  expect(await statuses(4, () => scan(gateway, '{', headers))).toEqual([400, 400, 400, 429]);
});

test('GraphQL requests without a token share the limit', async () => {
  const headers = somewhere();
  await statuses(3, () => report(headers));
  expect(await gateway.graphql(headers, '{ __typename }')).toMatchObject({ status: 429 });
});
