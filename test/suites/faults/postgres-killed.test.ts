import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { few, nothing, verify } from './assert-whole.js';
import { startClients } from './clients.js';
import { longestAway, print } from './figures.js';
import { backendOf, whereIs } from './postgres.js';
import { createSite, isReady, type Site } from './surroundings.js';

let site: Site;
beforeAll(async () => {
  site = await createSite();
});
afterAll(() => site.close());

test('kill -9 of the embedded PostgreSQL, or of one of its processes, is mended by the gateway itself', async () => {
  const gateway = await site.start();
  const load = startClients({ urls: [gateway.url], headers: await site.headers() });

  const faults: number[] = [];
  for (const victim of ['postmaster', 'backend', 'postmaster', 'backend', 'postmaster'] as const) {
    await load.served(faults.at(-1) ?? 0);
    await sleep(1_000);
    const { pid, connection } = whereIs(site.dataDir);
    const target = victim === 'postmaster' ? pid : await backendOf(connection);
    faults.push(Date.now());
    process.kill(target ?? 0, 'SIGKILL');
  }
  await load.served(faults.at(-1) ?? 0);
  expect(await isReady(gateway.url)).toBe(true);
  await load.finish();

  const verdict = await verify(whereIs(site.dataDir).connection, site, load);
  print('kill -9 of PostgreSQL', load, verdict, {
    'faults injected': faults.length,
    'longest away, ms': longestAway(load, faults),
  });
  expect(few(verdict)).toEqual(nothing);
});
