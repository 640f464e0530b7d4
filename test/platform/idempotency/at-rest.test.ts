import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Pool } from 'pg';
import { pino } from 'pino';
import { cleanupJobs } from '../../../src/platform/cleanup/jobs.js';
import { startCleanup } from '../../../src/platform/cleanup/start-cleanup.js';
import { createPath, type Gateway, startGateway } from '../../harness/gateway.js';
import { startProcess, stopAll } from '../../harness/gateway-process.js';
import { countsOf, isReplay, keyedAdmin } from './keyed.js';

const pepper = (version: string) => `${version}:${randomBytes(32).toString('base64')}`;
const [v1, v2] = [pepper('v1'), pepper('v2')];

let gateway: Gateway;
beforeAll(async () => {
  gateway = await startGateway({ SECRET_PEPPERS: v1 });
});
afterAll(async () => {
  await stopAll();
  await gateway.close();
});

const rowsOf = (tenant: string) =>
  gateway.sql<{ text: string; sealed: Buffer; minutes: number }>(
    `select key::text as text, sealed_secret as sealed,
      extract(epoch from key.expires_at - secret.created_at)::float / 60 as minutes
     from idempotency_key key
     join service_account_secret secret on secret.id = secret_id
     join service_account account on account.id = service_account_id
     where tenant_id = $1`,
    [tenant],
  );

test('the row holds neither the key nor the secret, and lasts for ten minutes', async () => {
  const { headers, key, tenant } = await keyedAdmin(gateway);
  const { clientSecret } = (await gateway.create(headers)).body.data;
  const rows = await rowsOf(tenant);
  expect(rows).toHaveLength(1);
  for (const { text, sealed, minutes } of rows) {
    for (const hidden of [key, clientSecret, Buffer.from(clientSecret).toString('hex')]) {
      expect(text).not.toContain(hidden);
      expect(sealed.toString('latin1')).not.toContain(hidden);
    }
    expect(minutes).toBe(10);
  }
});

test('neither is logged', async () => {
  const { headers, plain, key } = await keyedAdmin(gateway);
  const { clientSecret } = (await gateway.create(headers)).body.data;
  await gateway.create(headers);
  await gateway.create(headers, { name: 'other' });
  await gateway.graphql(
    plain,
    `mutation { createServiceAccount(idempotencyKey: "${key}") { clientSecret } }`,
  );
  expect(gateway.log.join('')).not.toContain(key);
  expect(gateway.log.join('')).not.toContain(clientSecret);
});

test('a request id that is the idempotency key is replaced, so that the key is written nowhere', async () => {
  const { headers, key, tenant } = await keyedAdmin(gateway);
  const answer = await gateway.create({ ...headers, 'x-request-id': key });
  expect(answer.status).toBe(200);
  expect(answer.headers.get('x-request-id')).not.toBe(key);
  const [event] = await gateway.sql('select request_id from audit_event where tenant_id = $1', [tenant]);
  expect(event).toEqual({ request_id: answer.headers.get('x-request-id') });
  expect(gateway.log.join('')).not.toContain(key);
});

test('a secret that was changed in the database is not answered', async () => {
  const { headers, tenant } = await keyedAdmin(gateway);
  await gateway.create(headers);
  await gateway.sql(
    `update idempotency_key set sealed_secret = set_byte(sealed_secret, 40, get_byte(sealed_secret, 40) # 1)
     where answer ->> 'tenantId' = $1`,
    [tenant],
  );
  expect(await gateway.create(headers)).toMatchObject({
    status: 500,
    body: { message: 'Unexpected server-side error' },
  });
});

describe('when the ten minutes have passed', () => {
  const expire = (tenant: string) =>
    gateway.sql(`update idempotency_key set expires_at = now() where answer ->> 'tenantId' = $1`, [tenant]);

  test('the key is free again', async () => {
    const { headers, tenant } = await keyedAdmin(gateway);
    const first = await gateway.create(headers);
    await expire(tenant);
    const second = await gateway.create(headers, { description: 'another' });
    expect(second.status).toBe(200);
    expect(isReplay(second)).toBe(false);
    expect(second.body.data.id).not.toBe(first.body.data.id);
    const retry = await gateway.create(headers, { description: 'another' });
    expect(retry.body.data).toEqual(second.body.data);
    expect(await countsOf(gateway, tenant)).toEqual({ count: 2, rows: 2 });
  });

  test('the row is purged, and no other', async () => {
    const [old, young] = [await keyedAdmin(gateway), await keyedAdmin(gateway)];
    await gateway.create(old.headers);
    await gateway.create(young.headers);
    await expire(old.tenant);
    const pool = new Pool({ connectionString: gateway.env.DATABASE_URL });
    const stop = startCleanup(pool, pino({ level: 'silent' }), [cleanupJobs.idempotencyKeys], 20);
    for (let waits = 0; waits < 100 && (await rowsOf(old.tenant)).length > 0; waits++) await sleep(20);
    stop();
    await pool.end();
    expect(await rowsOf(old.tenant)).toHaveLength(0);
    expect(await rowsOf(young.tenant)).toHaveLength(1);
  });
});

test("gateways with other peppers know each other's keys while one of them is being changed", async () => {
  const start = async (peppers: string) => {
    const one = await startProcess({ ...gateway.env, SECRET_PEPPERS: peppers });
    await one.ready();
    return one.url;
  };
  const [before, between, after] = [gateway.url, await start(`${v1},${v2}`), await start(v2)];
  const { headers: old } = await keyedAdmin(gateway);
  const { headers: young } = await keyedAdmin(gateway);
  const idOf = async (url: string, headers: Record<string, string>) => {
    const response = await fetch(url + createPath, { method: 'POST', headers });
    const body = JSON.parse(await response.text());
    return body.data.id;
  };
  const made = { old: await idOf(before, old), young: await idOf(between, young) };
  expect(await idOf(between, old)).toBe(made.old);
  expect(await idOf(before, young)).toBe(made.young);
  expect(await idOf(after, young)).toBe(made.young);
});
