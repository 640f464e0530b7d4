import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { GatewayProcess } from '../../harness/gateway-process.js';
import { few, nothing, verify } from './assert-whole.js';
import { startClients } from './clients.js';
import { longestAway, print } from './figures.js';
import { createSite, type Site, urlOf } from './surroundings.js';

let site: Site;
beforeAll(async () => {
  site = await createSite();
});
afterAll(() => site.close());

test('kill -9 of gateways, one of two or both, loses nothing and doubles nothing', async () => {
  const { connection } = await site.startDatabase();
  const DATABASE_URL = urlOf(connection);
  const gateways: GatewayProcess[] = [];
  for (let n = 0; n < 2; n++) gateways.push(await site.start({ DATABASE_URL }));
  const urls = gateways.map(({ url }) => url);
  const load = startClients({ urls, headers: await site.headers() });

  const faults: number[] = [];
  for (const victims of [[0], [1], [0, 1], [0], [0, 1]]) {
    await load.served(faults.at(-1) ?? 0);
    await sleep(1_000);
    faults.push(Date.now());
    for (const index of victims) process.kill(gateways[index]?.pid ?? 0, 'SIGKILL');
    // The test starts the gateway again, as a supervisor of services would.
    await Promise.all(
      victims.map(async (index) => {
        await gateways[index]?.ended();
        gateways[index] = await site.start({ DATABASE_URL, PORT: new URL(urls[index] ?? '').port });
      }),
    );
  }
  await load.served(faults.at(-1) ?? 0);
  await load.finish();

  const verdict = await verify(connection, site, load);
  print('kill -9 of gateways', load, verdict, {
    'faults injected': faults.length,
    'longest away, ms': longestAway(load, faults),
  });
  expect(few(verdict)).toEqual(nothing);
});
