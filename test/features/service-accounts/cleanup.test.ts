import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { Pool } from 'pg';
import { insertServiceAccounts } from '../../../src/features/service-accounts/create/create-service-account.sql.js';
import { somebody } from '../../harness/admin.js';
import { holdIntervals, restoreClock } from '../../harness/clock.js';
import { type Gateway, startGateway } from '../../harness/gateway.js';
import { newPublicKey } from './keys/key-calls.js';

let gateway: Gateway;
let pass: (time: number) => void;
beforeAll(async () => {
  pass = holdIntervals();
  gateway = await startGateway();
});
afterAll(async () => {
  restoreClock();
  await gateway.close();
});

const exists = async (table: string, id: string) =>
  (await gateway.sql(`select from ${table} where id = $1`, [id.replace(/^[a-z]+-/, '')])).length === 1;

/** Lets the gateway clean up once, and waits until something has been done, or for two seconds. */
async function sweepUntil(isDone: () => Promise<boolean>) {
  pass(60_000);
  for (let attempt = 0; attempt < 100 && !(await isDone()); attempt++)
    await new Promise((r) => setTimeout(r, 20));
}

const ago = (days: number) => `now() - interval '${days} days'`;

test('a deleted account is removed after 30 days, and its client id is never given out again', async () => {
  const admin = await somebody(gateway);
  const [old, recent, kept] = [await admin.create(), await admin.create(), await admin.create()];
  for (const { id } of [old, recent]) await admin.rest('DELETE', `/${id}`);
  const deletedAt = (id: string, days: number) =>
    gateway.sql(`update service_account set deleted_at = ${ago(days)} where id = $1`, [id.slice(3)]);
  await deletedAt(old.id, 31);
  await deletedAt(recent.id, 29);
  await sweepUntil(async () => !(await exists('service_account', old.id)));
  expect(await Promise.all([old, recent, kept].map(({ id }) => exists('service_account', id)))).toEqual([
    false,
    true,
    true,
  ]);
  expect((await admin.rest('POST', `/${old.id}/restore`)).status).toBe(404);
  expect((await admin.rest('POST', `/${recent.id}/restore`)).status).toBe(200);
  expect(await gateway.sql('select client_id from retired_client_id')).toEqual([{ client_id: old.clientId }]);
  const [event] = await gateway.sql('select * from audit_event where target = $1 and action like $2', [
    old.id,
    '%.remove',
  ]);
  expect(event).toMatchObject({
    tenant_id: admin.tenant,
    caller_realm: '',
    caller_id: 'service-account-gateway',
    before: { name: old.name, clientId: old.clientId },
  });
  expect(await createWith(admin.tenant, old.clientId)).toMatchObject({
    id: null,
    count: 2,
    nameTaken: false,
  });
  expect(await createWith(admin.tenant, 'sa_client_000000000000')).toMatchObject({ tenantCount: 3 });
});

/** Runs the statement of createServiceAccount with a given client id, which the gateway would choose at random. */
async function createWith(tenant: string, clientId: string) {
  const pool = new Pool({ connectionString: gateway.databaseUrl });
  const values = {
    tenant_id: tenant,
    id: randomUUID(),
    client_id: clientId,
    labels: {},
    actor: { realm: 'acme', id: 'somebody', requestId: 'request' },
    may_grant_restricted: false,
    skipped_names: 0,
    secret_id: randomUUID(),
    hash: clientId,
    pepper_version: 'v1',
    hint: 'hint',
    event_id: randomUUID(),
  };
  const [row] = await insertServiceAccounts(pool, [values], 'wait');
  await pool.end();
  return row;
}

test('after 30 days an account cannot be restored, be it removed by that time or not', async () => {
  const admin = await somebody(gateway);
  const { id } = await admin.create();
  await admin.rest('DELETE', `/${id}`);
  await gateway.sql(`update service_account set deleted_at = ${ago(30)} where id = $1`, [id.slice(3)]);
  expect((await admin.rest('POST', `/${id}/restore`)).status).toBe(404);
  expect(await exists('service_account', id)).toBe(true);
});

test('a secret is removed 30 days after it ended', async () => {
  const admin = await somebody(gateway);
  const { id } = await admin.create();
  const secretIds: string[] = [];
  for (let n = 0; n < 4; n++) secretIds.push((await admin.rest('POST', `/${id}/secret`)).body.data.secret.id);
  const set = (secret: string | undefined, column: string, days: number) =>
    gateway.sql(`update service_account_secret set ${column} = ${ago(days)} where id = $1`, [
      secret?.slice(7),
    ]);
  await set(secretIds[0], 'revoked_at', 31);
  await set(secretIds[1], 'expires_at', 31);
  await set(secretIds[2], 'expires_at', 29);
  await set(secretIds[3], 'created_at', 31);
  await sweepUntil(async () => !(await exists('service_account_secret', secretIds[1] ?? '')));
  expect(await Promise.all(secretIds.map((secret) => exists('service_account_secret', secret)))).toEqual([
    false,
    false,
    true,
    true,
  ]);
});

test('a public key is removed 30 days after it expired', async () => {
  const admin = await somebody(gateway);
  const { id } = await admin.create();
  const keyIds: string[] = [];
  for (let n = 0; n < 3; n++)
    keyIds.push((await admin.rest('POST', `/${id}/key`, { publicKey: newPublicKey() })).body.data.key.id);
  const set = (key: string | undefined, column: string, days: number) =>
    gateway.sql(`update service_account_key set ${column} = ${ago(days)} where id = $1`, [key?.slice(4)]);
  await set(keyIds[0], 'expires_at', 31);
  await set(keyIds[1], 'expires_at', 29);
  await set(keyIds[2], 'created_at', 31);
  await sweepUntil(async () => !(await exists('service_account_key', keyIds[0] ?? '')));
  expect(await Promise.all(keyIds.map((key) => exists('service_account_key', key)))).toEqual([
    false,
    true,
    true,
  ]);
});
