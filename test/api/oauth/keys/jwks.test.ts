import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { createLocalJWKSet, decodeProtectedHeader, type JSONWebKeySet, jwtVerify } from 'jose';
import { Pool } from 'pg';
import { pino } from 'pino';
import { openSigningKeys } from '../../../../src/api/oauth/keys/signing-keys.js';
import { holdIntervals, restoreClock } from '../../../harness/clock.js';
import { type Gateway, startGateway } from '../../../harness/gateway.js';
import { until } from './gateways-with-keys.js';

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

const published = async (): Promise<JSONWebKeySet> => (await gateway.request('/oauth2/jwks')).body;

/** Opens the keys as a gateway that starts with this algorithm. */
async function startBeside(algorithm: 'EdDSA'): Promise<void> {
  const pool = new Pool({ connectionString: gateway.databaseUrl, max: 1 });
  const [version = '', key = ''] = gateway.env.KEY_ENCRYPTION_KEYS?.split(':') ?? [];
  const keyEncryptionKeys = [{ version, key: Buffer.from(key, 'base64') }];
  const log = pino({ level: 'silent' });
  (await openSigningKeys({ pool, keyEncryptionKeys, algorithm, keyDays: 30, log })).close();
  await pool.end();
}

test('a gateway publishes within ten seconds what another has made, and signs with it when it is time', async () => {
  const headers = await gateway.as('tenant_admin', await gateway.createTenant());
  const { clientId, clientSecret } = (await gateway.create(headers)).body.data;
  const token = async () => {
    const { body } = await gateway.request('/oauth2/token', {
      method: 'POST',
      headers: { authorization: `Basic ${btoa(`${clientId}:${clientSecret}`)}` },
      body: new URLSearchParams({ grant_type: 'client_credentials' }),
    });
    return body.access_token as string;
  };
  const before = await token();
  const [first] = (await published()).keys;
  await startBeside('EdDSA');
  passIntervals(10_000);
  await until(async () => (await published()).keys.length === 2);
  expect((await published()).keys).toMatchObject([{ kid: first?.kid, alg: 'ES256' }, { alg: 'EdDSA' }]);
  expect(decodeProtectedHeader(await token()).kid).toBe(first?.kid);

  await gateway.sql(`update signing_key set starts_at = starts_at - interval '10 minutes'`);
  passIntervals(10_000);
  await until(async () => decodeProtectedHeader(await token()).alg === 'EdDSA');
  const keys = createLocalJWKSet(await published());
  for (const one of [before, await token()]) await jwtVerify(one, keys);
});
