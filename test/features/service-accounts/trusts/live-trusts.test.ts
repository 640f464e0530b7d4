import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type Somebody, somebody } from '../../../harness/admin.js';
import { type Gateway, startGateway } from '../../../harness/gateway.js';
import { newTrust, trustCalls } from './trust-calls.js';

let gateway: Gateway;
let admin: Somebody;
beforeAll(async () => {
  gateway = await startGateway();
  admin = await somebody(gateway);
});
afterAll(() => gateway.close());

const add = async (id: string) => (await trustCalls.REST(admin).add(id, newTrust())).trust?.id;

test('the trusts of an account are listed newest first', async () => {
  const { id } = await admin.create();
  const ids = [await add(id), await add(id), await add(id)];
  expect((await trustCalls.GraphQL(admin).trustsOf(id)).map(({ id }) => id)).toEqual(ids.toReversed());
});

test('each account of a page has its own trusts', async () => {
  const here = await somebody(gateway);
  const accounts = [
    await here.create({ name: 'a' }),
    await here.create({ name: 'b' }),
    await here.create({ name: 'c' }),
  ];
  const added = [];
  for (const { id } of accounts.slice(0, 2))
    added.push((await trustCalls.REST(here).add(id, newTrust())).trust?.id);
  const { serviceAccounts } = await here.run(
    '{ serviceAccounts(orderBy: { field: NAME, direction: ASC }) { nodes { name trusts { id } } } }',
  );
  expect(serviceAccounts.nodes).toEqual([
    { name: 'a', trusts: [{ id: added[0] }] },
    { name: 'b', trusts: [{ id: added[1] }] },
    { name: 'c', trusts: [] },
  ]);
});

test('an expired trust is not listed, and is found by its id', async () => {
  const { id } = await admin.create();
  const trustId = await add(id);
  await gateway.sql(`update service_account_trust set expires_at = '2026-01-01' where id = $1`, [
    trustId?.slice(6),
  ]);
  expect(await trustCalls.REST(admin).trustsOf(id)).toEqual([]);
  const { node } = await admin.run(
    'query ($id: ID!) { node(id: $id) { __typename id ... on ServiceAccountTrust { expiresAt } } }',
    { id: trustId },
  );
  expect(node).toEqual({
    __typename: 'ServiceAccountTrust',
    id: trustId,
    expiresAt: '2026-01-01T00:00:00.000Z',
  });
});
