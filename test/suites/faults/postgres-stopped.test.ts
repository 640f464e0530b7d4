import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { few, nothing, verify } from './assert-whole.js';
import { type Load, startClients } from './clients.js';
import { longestAway, print } from './figures.js';
import { stopAll, whereIs } from './postgres.js';
import { createSite, isReady, type Site } from './surroundings.js';
import { within } from './within.js';

let site: Site;
beforeAll(async () => {
  site = await createSite();
});
afterAll(() => site.close());

test('a PostgreSQL that hangs for 20 seconds is a 503 during that time, and service is back within 5 seconds', async () => {
  const gateway = await site.start();
  const load = startClients({ urls: [gateway.url], headers: await site.headers() });
  await load.served(0);

  const { pid, connection } = whereIs(site.dataDir);
  let before: Load['outcomes'];
  let readiness: boolean;
  let liveness: number;
  const goOn = await stopAll(pid);
  try {
    await sleep(1_000); // Answers that PostgreSQL has sent before arrive during that time.
    before = new Map(load.outcomes);
    await sleep(17_000);
    readiness = await isReady(gateway.url);
    liveness = (await fetch(`${gateway.url}/healthz`, { signal: AbortSignal.timeout(1_000) })).status;
    await sleep(1_000);
  } finally {
    goOn();
  }
  const back = Date.now();
  const since = (label: string) => (load.outcomes.get(label) ?? 0) > (before.get(label) ?? 0);
  const meanwhile = [...load.outcomes.keys()].filter(since);
  await within(5_000, 'readiness is back', () => isReady(gateway.url));
  await within(5_000, 'an account is acknowledged', async () =>
    load.acknowledgedAt.some((time) => time > back),
  );
  await load.served(back);
  await load.finish();

  const verdict = await verify(connection, site, load);
  const away = load.acknowledgedAt.filter((time) => time > back).reduce((a, b) => Math.min(a, b)) - back;
  print('SIGSTOP of PostgreSQL for 20 s', load, verdict, {
    'faults injected': 1,
    'responses during that time': meanwhile.join(', '),
    'back after, ms': away,
    'longest away after that, ms': longestAway(load, [back]),
  });
  expect(few(verdict)).toEqual(nothing);
  expect(away).toBeLessThan(5_000);
  expect({ readiness, liveness }).toEqual({ readiness: false, liveness: 200 });
  expect(meanwhile).toEqual(['503 SERVICE_UNAVAILABLE']);
});
