import { setTimeout } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type Gateway, startGateway } from '../../harness/gateway.js';
import { stopAll } from '../../harness/gateway-process.js';
import { holdTenants } from '../../harness/hold-tenants.js';
import { startTwoGateways } from '../../harness/two-gateways.js';
import { untilLocked } from '../../harness/until-locked.js';
import { countsOf, isReplay, keyedAdmin } from './keyed.js';

let gateway: Gateway;
let two: Awaited<ReturnType<typeof startTwoGateways>>;
beforeAll(async () => {
  gateway = await startGateway();
  two = await startTwoGateways(gateway);
});
afterAll(async () => {
  await stopAll();
  await gateway.close();
});

describe('of 30 duplicates at the same time to two gateways one creates, and all get its answer', () => {
  test.each([
    ['with an automatic name', {}, 100],
    ['with a name', { name: 'export' }, 100],
    ['in a tenant with one place', {}, 1],
    ['with a name, in a tenant with one place', { name: 'export' }, 1],
  ])('%s', async (_name, input, limit) => {
    const { headers, tenant } = await keyedAdmin(gateway, { limit });
    const answers = await two.createAtOnce(headers, 30, () => input);
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 200));
    expect(new Set(answers.map(({ body }) => JSON.stringify(body.data))).size).toBe(1);
    expect(answers.filter(isReplay)).toHaveLength(29);
    expect(await countsOf(gateway, tenant)).toEqual({ count: 1, rows: 1 });
  });
});

test('a duplicate waits for the first request, which is still at it', async () => {
  const { headers, tenant } = await keyedAdmin(gateway);
  const letGo = await holdTenants(gateway, [tenant]);
  const waiting = two.createAtOnce(headers, 4);
  await untilLocked(gateway);
  await setTimeout(300); // The duplicates have arrived by now, unless the machine is very busy.
  await letGo();
  const answers = await waiting;
  expect(new Set(answers.map(({ body }) => body.data?.clientSecret)).size).toBe(1);
  expect(await countsOf(gateway, tenant)).toEqual({ count: 1, rows: 1 });
});
