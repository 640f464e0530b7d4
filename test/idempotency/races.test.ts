import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createPath, type Gateway, startGateway } from '../harness/gateway.js';
import { type GatewayProcess, startProcess, stopAll } from '../harness/process.js';
import { countsOf, holdTenant, keyedAdmin } from './keyed.js';

let gateway: Gateway;
let processes: GatewayProcess[];
beforeAll(async () => {
  gateway = await startGateway();
  processes = await Promise.all([startProcess(gateway.env), startProcess(gateway.env)]);
  await Promise.all(processes.map((one) => one.ready()));
});
afterAll(async () => {
  await stopAll();
  await gateway.close();
});

/** Sends the same request many times at once, by turns to the one process and the other. */
const createAtOnce = (headers: Record<string, string>, calls: number, input: object = {}) =>
  Promise.all(
    Array.from({ length: calls }, async (_, index) => {
      const response = await fetch(processes[index % processes.length]?.url + createPath, {
        method: 'POST',
        headers: { ...headers, 'content-type': 'application/json' },
        body: JSON.stringify(input),
      });
      const body = JSON.parse(await response.text());
      return { status: response.status, replayed: response.headers.get('idempotency-replayed'), body };
    }),
  );

describe('of 30 duplicates at once to two gateways one creates, and all get its answer', () => {
  test.each([
    ['with an automatic name', {}, 100],
    ['with a name', { name: 'export' }, 100],
    ['in a tenant with one place', {}, 1],
    ['with a name, in a tenant with one place', { name: 'export' }, 1],
  ])('%s', async (_name, input, limit) => {
    const { headers, tenant } = await keyedAdmin(gateway, { limit });
    const answers = await createAtOnce(headers, 30, input);
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 200));
    expect(new Set(answers.map(({ body }) => JSON.stringify(body.data))).size).toBe(1);
    expect(answers.filter(({ replayed }) => replayed === 'true')).toHaveLength(29);
    expect(await countsOf(gateway, tenant)).toEqual({ count: 1, rows: 1 });
  });
});

test('a duplicate waits for the first request, which is still at it', async () => {
  const { headers, tenant } = await keyedAdmin(gateway);
  const held = holdTenant(gateway, tenant, 1);
  const answers = await createAtOnce(headers, 4);
  await held;
  expect(new Set(answers.map(({ body }) => body.data?.clientSecret)).size).toBe(1);
  expect(await countsOf(gateway, tenant)).toEqual({ count: 1, rows: 1 });
});
