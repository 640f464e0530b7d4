import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type Gateway, startGateway } from '../harness/gateway.js';
import { parseSamples, type Samples } from './samples.js';

const token = 'the-token-of-a-scraper';

let gateway: Gateway;
let tenant: string;
let admin: Record<string, string>;
beforeAll(async () => {
  gateway = await startGateway({ METRICS_TOKEN: token });
  tenant = await gateway.createTenant();
  admin = await gateway.as('tenant_admin', tenant);
});
afterAll(() => gateway.close());

const scrape = async (): Promise<Samples> => {
  const { status, body } = await gateway.request('/metrics', {
    headers: { authorization: `Bearer ${token}` },
  });
  expect(status).toBe(200);
  return parseSamples(body);
};

/** By how much samples have grown while something was done; those that have not are left out. */
async function grown(prefix: string, work: () => Promise<unknown>): Promise<Record<string, number>> {
  const before = await scrape();
  await work();
  const after = await scrape();
  const changes = [...after]
    .filter(([key]) => key.startsWith(prefix))
    .map(([key, value]): [string, number] => [key, value - (before.get(key) ?? 0)]);
  return Object.fromEntries(changes.filter(([, change]) => change !== 0));
}

const requests = (door: string, operation: string, code: string) =>
  `gateway_requests_total{door="${door}",operation="${operation}",code="${code}"}`;

/** What requests were counted as while these were answered. */
const counted = (work: () => Promise<unknown>) => grown('gateway_requests_total', work);

test('a root field counts under its name, by the door that it was reached through', async () => {
  const counts = await counted(async () => {
    await gateway.create(admin);
    await gateway.create(admin);
    await gateway.graphql(admin, 'mutation { createServiceAccount { clientSecret } }');
    await gateway.graphql(
      admin,
      `{ one: viewer { name } two: viewer { name } permissions { nodes { name } } }`,
    );
  });
  expect(counts).toEqual({
    [requests('rest', 'createServiceAccount', 'OK')]: 2,
    [requests('graphql', 'createServiceAccount', 'OK')]: 1,
    [requests('graphql', 'viewer', 'OK')]: 2,
    [requests('graphql', 'permissions', 'OK')]: 1,
  });
});
