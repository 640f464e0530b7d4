import { afterAll, beforeAll, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { type Gateway, startGateway } from '../../harness/gateway.js';
import { seed } from '../generated/seed.js';
import type { Model } from './account.js';
import { verify } from './assert-agreement.js';
import { commands } from './commands.js';
import { Counter } from './counter.js';
import { clients, createSite } from './site.js';

const runs = 15;

/** How often fast-check looks for a shorter example of a fault. A fault that depends on timing may have none. */
const attempts = 30;

/** The kinds of answers that a run must have, because the model would check too little without them. */
const kinds = [
  'success',
  'replay',
  'LIMIT_REACHED',
  'CONFLICT status',
  'CONFLICT name',
  'CONFLICT expectedVersion',
];

let gateway: Gateway;
beforeAll(async () => {
  gateway = await startGateway();
});
afterAll(() => gateway.close());

const scripts = fc.limitShrink(fc.array(commands, { minLength: clients, maxLength: clients }), attempts);

test(`accounts live as the model says, in ${runs} tenants with ${clients} simultaneous clients each`, async () => {
  const since = Date.now();
  const answers = new Counter();
  await fc.assert(
    fc.asyncProperty(scripts, async (each) => {
      const site = await createSite(gateway, answers);
      const lives = site.clients.map((real, index) => {
        const model: Model = { accounts: [] };
        return { model, end: fc.asyncModelRun(() => ({ model, real }), each[index] ?? []) };
      });
      // Every client has to end before the next run begins.
      for (const end of await Promise.allSettled(lives.map((life) => life.end))) {
        if (end.status === 'rejected') throw end.reason;
      }
      await verify(
        site,
        lives.flatMap(({ model }) => model.accounts.map(({ id }) => id)),
      );
    }),
    { seed, numRuns: runs },
  );
  const seconds = (Date.now() - since) / 1000;
  process.stdout.write(`Model: ${runs} runs in ${seconds.toFixed(1)} s (FC_SEED=${seed})\n${answers}\n`);
  expect(kinds.filter((kind) => answers.of(kind) === 0)).toEqual([]);
}, 300_000);
