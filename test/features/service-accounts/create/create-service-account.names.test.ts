import { setTimeout } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type Gateway, startGateway } from '../../../harness/gateway.js';
import { untilAvailable } from '../../../harness/until-available.js';

let gateway: Gateway;
beforeAll(async () => {
  gateway = await startGateway();
});
afterAll(() => gateway.close());

const adminOf = (tenant: string) => gateway.as('tenant_admin', tenant);

/** Returns the first automatic name of a second. */
const automatic = (at: Date) => `service-account-${at.toISOString().slice(0, 19).replace(/\D/g, '')}`;

/** Waits until a second has just begun, so that the next calls are made within it. */
async function secondBegins(): Promise<Date> {
  await setTimeout(1_000 - (Date.now() % 1_000));
  return new Date();
}

test('100 accounts that are created at the same time have 100 different names of the documented form', async () => {
  const headers = await adminOf(await gateway.createTenant({ limit: 100 }));
  await secondBegins();
  const answers = await Promise.all(
    Array.from({ length: 100 }, () => untilAvailable(() => gateway.create(headers))),
  );
  expect(answers.map(({ status }) => status)).toEqual(Array(100).fill(200));
  const names: string[] = answers.map(({ body }) => body.data.name);
  expect(new Set(names).size).toBe(100);
  for (const name of names) expect(name).toMatch(/^service-account-\d{14}(-[1-9]\d*)?$/);

  // The names of each second are numbered without a gap, and the first of them has no number.
  const seconds = bySecond(names);
  for (const [second, all] of seconds) {
    const expected = all.map((_, index) => (index === 0 ? second : `${second}-${index + 1}`));
    expect([...all].sort()).toEqual([...expected].sort());
  }
  // The test shows nothing unless many accounts were created within one second.
  expect(Math.max(...[...seconds.values()].map((all) => all.length))).toBeGreaterThan(10);
});

function bySecond(names: string[]): Map<string, string[]> {
  const groups = new Map<string, string[]>();
  for (const name of names) groups.set(name.slice(0, 30), [...(groups.get(name.slice(0, 30)) ?? []), name]);
  return groups;
}

test('the counter is the tenant\u2019s own', async () => {
  const [one, two] = [
    await adminOf(await gateway.createTenant()),
    await adminOf(await gateway.createTenant()),
  ];
  await secondBegins();
  const names = [await gateway.create(one), await gateway.create(two)].map(({ body }) => body.data.name);
  for (const name of names) expect(name).toMatch(/^service-account-\d{14}$/);
});

test('automatic names avoid chosen names', async () => {
  const tenant = await gateway.createTenant();
  const headers = await adminOf(tenant);
  const start = Date.now();
  for (let second = 0; second < 10; second++) {
    const name = automatic(new Date(start + second * 1_000));
    for (const taken of [name, `${name}-2`, `${name}-4`]) {
      expect((await gateway.create(headers, { name: taken })).status).toBe(200);
    }
  }
  await secondBegins();
  const answers = [
    await gateway.create(headers),
    await gateway.create(headers),
    await gateway.create(headers),
  ];
  expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
  const names = answers.map(({ body }) => body.data.name);
  expect(names[0]).toMatch(/^service-account-\d{14}-3$/);
  expect(new Set(names).size).toBe(3);
});

test('an automatic name never goes back to an earlier second', async () => {
  const tenant = await gateway.createTenant();
  const later = `now() + interval '1 hour'`;
  const ahead = `update tenant set automatic_name_second = ${later}, automatic_name_number = 4 where id = $1
    returning to_char(automatic_name_second at time zone 'UTC', 'YYYYMMDDHH24MISS') as second`;
  const [row] = await gateway.sql<{ second: string }>(ahead, [tenant]);
  const { body } = await gateway.create(await adminOf(tenant));
  expect(body.data.name).toBe(`service-account-${row?.second}-5`);
});

test('a chosen name that another account has is a conflict that names the field', async () => {
  const tenant = await gateway.createTenant();
  const headers = await adminOf(tenant);
  expect((await gateway.create(headers, { name: 'export' })).status).toBe(200);
  const { status, body } = await gateway.create(headers, { name: 'export' });
  expect(status).toBe(409);
  expect(body).toMatchObject({ code: 'CONFLICT', details: { field: 'name' } });
  const rows = await gateway.sql('select service_account_count as count from tenant where id = $1', [tenant]);
  expect(rows).toEqual([{ count: 1 }]);
});

test('of many that want one name at the same time exactly one gets it', async () => {
  const tenant = await gateway.createTenant();
  const headers = await adminOf(tenant);
  const answers = await Promise.all(
    Array.from({ length: 20 }, () => untilAvailable(() => gateway.create(headers, { name: 'export' }))),
  );
  const codes = answers.map(({ body }) => body.code ?? 'created').sort();
  expect(codes).toEqual([...Array(19).fill('CONFLICT'), 'created']);
  const rows = await gateway.sql('select service_account_count as count from tenant where id = $1', [tenant]);
  expect(rows).toEqual([{ count: 1 }]);
});

test('another tenant may have the same name, and a deleted account frees its own', async () => {
  const tenant = await gateway.createTenant();
  const headers = await adminOf(tenant);
  await gateway.create(headers, { name: 'export' });
  const other = await adminOf(await gateway.createTenant());
  expect((await gateway.create(other, { name: 'export' })).status).toBe(200);
  await gateway.sql(`update service_account set status = 'deleted' where tenant_id = $1`, [tenant]);
  expect((await gateway.create(headers, { name: 'export' })).status).toBe(200);
});

test('two ways to write one letter are one name', async () => {
  const headers = await gateway.as('tenant_admin', await gateway.createTenant());
  expect((await gateway.create(headers, { name: 'caf\u0065\u0301' })).body.data.name).toBe('caf\u00e9');
  expect((await gateway.create(headers, { name: 'caf\u00e9' })).status).toBe(409);
});
