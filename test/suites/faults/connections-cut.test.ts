import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { few, nothing, verify } from './assert-whole.js';
import { startClients } from './clients.js';
import { type Cutter, startCutter } from './cutter.js';
import { longestAway, print } from './figures.js';
import { createSite, type Site, urlOf } from './surroundings.js';
import { within } from './within.js';

/** The most bytes before a cut, which are a few requests or a few dozen statements. */
const reach = { client: 4_000, database: 20_000 };

let site: Site;
let cutters: Cutter[];
beforeEach(() => {
  cutters = [];
});
afterEach(async () => {
  // A gateway that stops has its database searched through the cutter, which therefore must not cut any more.
  for (const cutter of cutters) cutter.isCutting = false;
  await site.close().finally(() => Promise.all(cutters.map((cutter) => cutter.close())));
});

/** Starts a gateway with a cutter before it and one between it and its database. */
async function start(limit?: number) {
  site = await createSite({ limit });
  const { connection } = await site.startDatabase();
  const behind = await startCutter(
    { path: `${connection.host}/.s.PGSQL.${connection.port}` },
    reach.database,
  );
  cutters.push(behind);
  const gateway = await site.start({ DATABASE_URL: urlOf({ host: '127.0.0.1', port: behind.port }) });
  const before = await startCutter(
    { host: '127.0.0.1', port: Number(new URL(gateway.url).port) },
    reach.client,
  );
  cutters.push(before);
  return { connection, before, behind, urls: [`http://127.0.0.1:${before.port}`] };
}

test.each(['before', 'behind'] as const)(
  'connections cut %s the gateway, in the middle of requests and of answers, lose and double nothing',
  async (place) => {
    const { connection, urls, [place]: cutter } = await start();
    const load = startClients({ urls, headers: await site.headers() });
    const since = Date.now();
    cutter.isCutting = true;
    await sleep(8_000);
    await within(30_000, 'there were 40 cuts', async () => cutter.cuts >= 40);
    cutter.isCutting = false;
    await load.finish();

    const verdict = await verify(connection, site, load);
    print(`connections cut ${place} the gateway`, load, verdict, {
      'faults injected': cutter.cuts,
      'longest away, ms': longestAway(load, [since]),
    });
    expect(few(verdict)).toEqual(nothing);
  },
);

test('with fewer places than requests there are exactly as many accounts as places, while connections are cut', async () => {
  const [limit, total] = [200, 500];
  const { connection, urls, before, behind } = await start(limit);
  before.isCutting = true;
  behind.isCutting = true;
  const load = startClients({ urls, headers: await site.headers(), total });
  await load.finish();
  before.isCutting = false;
  behind.isCutting = false;

  const verdict = await verify(connection, site, load);
  const made = load.logicalRequests.filter(({ answers }) => answers.length > 0);
  const refusals = load.logicalRequests.flatMap(({ refusal }) => refusal?.split(':')[0] ?? []);
  print('connections cut, and too few places', load, verdict, {
    'faults injected': before.cuts + behind.cuts,
    'accounts, of places': `${made.length} of ${limit}`,
  });
  expect(few(verdict)).toEqual(nothing);
  expect(made).toHaveLength(limit);
  expect(new Set(refusals)).toEqual(new Set(['409 LIMIT_REACHED', '200 LIMIT_REACHED']));
});
