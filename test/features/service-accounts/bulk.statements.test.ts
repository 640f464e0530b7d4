import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type Somebody, somebody } from '../../harness/admin.js';
import { type CountingGateway, startCountingGateway } from '../../harness/counting-gateway.js';
import { type bulkCalls, bulkOf } from './bulk-calls.js';

let gateway: CountingGateway;
let admin: Somebody;
let ids: string[];
beforeAll(async () => {
  gateway = await startCountingGateway();
  admin = await somebody(gateway, await gateway.createTenant({ limit: 102 }));
  ids = [];
  for (let n = 0; n < 102; n++) ids.push((await admin.create()).id);
});
afterAll(() => gateway.close());

/** Counts the statements of a call that changes each of the accounts. */
async function count(name: keyof typeof bulkCalls, asked: string[], more: Record<string, unknown>) {
  gateway.statements.count = 0;
  const { results } = await bulkOf.REST(admin, name, { ids: asked, ...more });
  expect(results.map(({ error }) => error)).toEqual(asked.map(() => null));
  return gateway.statements.count;
}

// Deletion comes last, since deleted accounts cannot be changed.
test.each([
  ['disable', {}],
  ['enable', {}],
  ['setPermissions', { permissions: ['api:read'] }],
  ['rotate', { overlapSeconds: 60 }],
  ['delete', {}],
] as const)('%s takes as many statements for 100 accounts as for 2', async (name, more) => {
  const two = await count(name, ids.slice(0, 2), more);
  expect(await count(name, ids.slice(2), more)).toBe(two);
  // The statements are begin, the accounts, their tenant, one or more changes, the events, and commit. A deletion changes
  // the accounts, their secrets, their keys and their tenant.
  expect(two).toBeGreaterThanOrEqual(6);
  expect(two).toBeLessThanOrEqual(name === 'delete' ? 9 : 8);
});

test('100 accounts with all that they have, except trusts, are within the cost of a document', async () => {
  const all = `id name description owner labels { key value } clientId type status permissions createdAt
    createdBy { realm id name email } updatedAt lastUsedAt expiresAt deletedAt expired version
    tokenLifetimeSeconds ipAllowlist
    secrets { id hint createdAt expiresAt revokedAt lastUsedAt overdue }
    keys { id kid thumbprint algorithms createdAt expiresAt lastUsedAt }
    tokensIssued { hour count }
    tenant {
      id name status serviceAccountLimit serviceAccountCount remaining secretMaxAgeDays maxTokenLifetimeSeconds createdAt
      externalIds { realm id }
    }`;
  const { body } = await admin.graphql(
    `mutation ($input: DisableServiceAccountsInput!) { disableServiceAccounts(input: $input) {
      results { id serviceAccount { ${all} } error { code message field } } } }`,
    { input: { ids: ids.slice(0, 100) } },
  );
  expect(body.errors).toBeUndefined();
  expect(body.data.disableServiceAccounts.results).toHaveLength(100);
});
