import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { Pool } from 'pg';
import { replaceAll } from '../../../src/api/oauth/keys/rotate-keys.js';
import { holdIntervals, restoreClock } from '../../harness/clock.js';
import { type Gateway, startGateway } from '../../harness/gateway.js';
import { keyEncryptionKey, until } from '../oauth/keys/gateways-with-keys.js';

let gateway: Gateway;
let passIntervals: (milliseconds: number) => void;

beforeAll(async () => {
  passIntervals = holdIntervals();
  gateway = await startGateway();
});
afterAll(async () => {
  restoreClock();
  await gateway.close();
});

const get = async (path: string) => {
  const { status, body } = await gateway.request(path);
  return { status, body };
};

/** Replaces all keys as `npm run keys -- rotate --compromised --force` with this key in KEY_ENCRYPTION_KEYS does. */
async function replaceKeys(key: ReturnType<typeof keyEncryptionKey>): Promise<void> {
  const pool = new Pool({ connectionString: gateway.databaseUrl, max: 1 });
  await replaceAll(pool, 'ES256', [key]);
  await pool.end();
}

/** Waits until the gateway has read the keys and /readyz answers with this status. */
const untilStatus = (status: number) =>
  until(async () => {
    passIntervals(10_000);
    return (await get('/readyz')).status === status;
  });

const ready = { status: 200, body: { status: 'ready' } };
const notReady = { status: 503, body: { status: 'not ready' } };

test('a gateway that cannot sign is healthy and not ready, tells why once, and comes back by itself', async () => {
  expect(await get('/readyz')).toEqual(ready);
  await replaceKeys(keyEncryptionKey('v2'));
  await untilStatus(503);
  for (let probe = 0; probe < 3; probe++) expect(await get('/readyz')).toEqual(notReady);
  expect(await get('/healthz')).toEqual({ status: 200, body: { status: 'ok' } });
  const lines = gateway.log.filter((line) => line.includes('Not ready')).map((line) => JSON.parse(line));
  expect(lines).toEqual([
    expect.objectContaining({
      level: 50,
      kid: expect.stringMatching(/^[\w-]{43}$/),
      reason: expect.stringMatching(/^KEY_ENCRYPTION_KEYS: must contain v2, /),
    }),
  ]);

  const [version = '', key = ''] = gateway.env.KEY_ENCRYPTION_KEYS?.split(':') ?? [];
  await replaceKeys({ version, key: Buffer.from(key, 'base64') });
  await untilStatus(200);
  expect(await get('/readyz')).toEqual(ready);
});
