import { setTimeout } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { type Gateway, startGateway } from '../../../harness/gateway.js';
import { holdTenants } from '../../../harness/hold-tenants.js';
import { untilLocked } from '../../../harness/until-locked.js';

/** The number of calls at the same time, which exceeds the number of the gateway's connections to PostgreSQL. */
const calls = 12;

let gateway: Gateway;
beforeAll(async () => {
  gateway = await startGateway();
});
afterAll(() => gateway.close());

let busy: string;
let letGo: () => Promise<void>;
beforeEach(async () => {
  busy = await gateway.createTenant();
  letGo = await holdTenants(gateway, [busy]);
});

async function createAtOnce() {
  const headers = await gateway.as('tenant_admin', busy);
  return Promise.all(Array.from({ length: calls }, () => gateway.create(headers)));
}

const countOf = (tenant: string) =>
  gateway.sql('select service_account_count as count from tenant where id = $1', [tenant]);

test('another tenant is served while all creates of one have to wait, and those are done after that', async () => {
  const other = await gateway.as('tenant_admin', await gateway.createTenant());
  const waiting = createAtOnce();
  await untilLocked(gateway);
  await setTimeout(200); // All calls have arrived by now, unless the machine is very busy.
  expect(await gateway.create(other)).toMatchObject({ status: 200 });
  await letGo();
  expect((await waiting).map(({ status }) => status)).toEqual(Array(calls).fill(200));
  expect(await countOf(busy)).toEqual([{ count: calls }]);
});

test('a caller that waits too long learns when to retry, and its request changes nothing later', async () => {
  const answers = await createAtOnce();
  expect(new Set(answers.map(({ status, body }) => `${status} ${body.code}`))).toEqual(
    new Set(['503 SERVICE_UNAVAILABLE']),
  );
  expect(answers.every(({ headers }) => headers.get('retry-after') === '5')).toBe(true);
  await letGo();
  expect(await gateway.create(await gateway.as('tenant_admin', busy))).toMatchObject({ status: 200 });
  expect(await countOf(busy)).toEqual([{ count: 1 }]);
});
