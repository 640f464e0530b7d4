import { afterAll, beforeAll, test } from '@jest/globals';
import fc from 'fast-check';
import { seed } from '../generated/seed.js';
import { type Gateway, startGateway } from '../harness/gateway.js';
import type { Model } from './account.js';
import { commands } from './commands.js';
import { clients, createSite } from './site.js';
import { verify } from './verify.js';

const runs = 15;
/** How often a shorter example of a fault is looked for. What depends on timing has none that is sure. */
const attempts = 30;

let gateway: Gateway;
beforeAll(async () => {
  gateway = await startGateway();
});
afterAll(() => gateway.close());

/** Several clients at once, each of which goes through its commands one by one. */
const lives = fc.asyncProperty(
  fc.limitShrink(fc.array(commands, { minLength: clients, maxLength: clients }), attempts),
  async (scripts) => {
    const site = await createSite(gateway);
    const models = scripts.map((): Model => ({ accounts: [] }));
    const ends = await Promise.allSettled(
      scripts.map((script, index) => {
        const [model, real] = [models[index], site.clients[index]];
        if (!model || !real) throw new Error('a script without a client');
        return fc.asyncModelRun(() => ({ model, real }), script);
      }),
    );
    // One of them must not go on while the next run begins.
    for (const end of ends) if (end.status === 'rejected') throw end.reason;
    await verify(
      site,
      models.flatMap(({ accounts }) => accounts.map(({ id }) => id)),
    );
  },
);

test(`accounts live as the model says, in ${runs} tenants with ${clients} clients at once each`, async () => {
  const since = Date.now();
  await fc.assert(lives, { seed, numRuns: runs });
  process.stdout.write(`model: ${runs} runs in ${(Date.now() - since) / 1000} s (FC_SEED=${seed})\n`);
}, 300_000);
