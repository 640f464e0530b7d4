import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type Gateway, startGateway } from '../../harness/gateway.js';
import { kindOfRestAnswer } from './rest-answer.js';
import { restRequest } from './rest-request.js';
import { runAll } from './run.js';
import { report, sample } from './seed.js';
import { findHalves } from './stored.js';
import { createWorld, firstAccounts, type World } from './world.js';

const requests = 10_000;

let gateway: Gateway;
let world: World;
beforeAll(async () => {
  gateway = await startGateway();
  world = await createWorld(gateway);
});
afterAll(() => gateway.close());

test(`${requests} generated REST requests have answers that fit, and leave whole accounts behind`, async () => {
  const since = Date.now();
  const run = await runAll(gateway.url, sample(restRequest(world), requests), kindOfRestAnswer);
  report('REST', run, (Date.now() - since) / 1000);
  expect([...run.faults]).toEqual([]);

  const succeeded = run.counts.get('200') ?? 0;
  expect(succeeded).toBeGreaterThan(requests / 4);
  const [stored] = await gateway.sql('select count(*)::int as accounts from service_account');
  expect(stored?.accounts).toBe(succeeded + firstAccounts);
  expect(await findHalves(gateway)).toEqual([]);
}, 600_000);
