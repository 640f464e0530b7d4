import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import { type Gateway, startGateway } from '../../harness/gateway.js';
import { holdTenants } from '../../harness/hold-tenants.js';
import { createProxy, type DatabaseProxy } from '../../harness/proxy.js';
import { untilLocked } from '../../harness/until-locked.js';
import { countsOf, isReplay, keyedAdmin } from './keyed.js';

let gateway: Gateway;
let proxy: DatabaseProxy;
beforeAll(async () => {
  const by = async (url: string) => {
    proxy = await createProxy(url);
    return proxy.url;
  };
  gateway = await startGateway({}, { by });
});
afterEach(() => proxy.pass());
afterAll(async () => {
  await gateway.close();
  await proxy.close();
});

test('whose account was made finds that out, and has it with its secret', async () => {
  const { headers, tenant } = await keyedAdmin(gateway);
  const letGo = await holdTenants(gateway, [tenant]);
  const lost = gateway.create(headers);
  await untilLocked(gateway);
  // The answer of PostgreSQL will not reach the gateway.
  proxy.hang();
  await letGo();
  expect(await lost).toMatchObject({ status: 503, body: { code: 'SERVICE_UNAVAILABLE' } });
  expect(await countsOf(gateway, tenant)).toEqual({ count: 1, rows: 1 });

  await proxy.pass();
  const retry = await gateway.create(headers);
  expect(retry).toMatchObject({ status: 200, body: { data: { tenant: { id: tenant } } } });
  expect(isReplay(retry)).toBe(true);
  expect(await countsOf(gateway, tenant)).toEqual({ count: 1, rows: 1 });
});

test('whose account was not made finds that out, and has it made', async () => {
  const { headers, tenant } = await keyedAdmin(gateway);
  const letGo = await holdTenants(gateway, [tenant]);
  expect(await gateway.create(headers)).toMatchObject({ status: 503 });
  expect(await countsOf(gateway, tenant)).toEqual({ count: 0, rows: 0 });

  await letGo();
  const retry = await gateway.create(headers);
  expect(retry.status).toBe(200);
  expect(isReplay(retry)).toBe(false);
  expect(await countsOf(gateway, tenant)).toEqual({ count: 1, rows: 1 });
});
