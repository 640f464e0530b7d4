import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type Somebody, somebody } from '../../../harness/admin.js';
import { type Gateway, startGateway } from '../../../harness/gateway.js';
import { keyCalls, newPublicKey } from './key-calls.js';

let gateway: Gateway;
let admin: Somebody;
beforeAll(async () => {
  gateway = await startGateway();
  admin = await somebody(gateway);
});
afterAll(() => gateway.close());

const add = async (id: string) => (await keyCalls.REST(admin).add(id, { publicKey: newPublicKey() })).key?.id;

test('the keys of an account are listed newest first', async () => {
  const { id } = await admin.create();
  const ids = [await add(id), await add(id), await add(id)];
  expect((await keyCalls.GraphQL(admin).keysOf(id)).map((key) => key.id)).toEqual(ids.toReversed());
});

test('each account of a page has its own keys', async () => {
  const here = await somebody(gateway);
  const accounts = [
    await here.create({ name: 'a' }),
    await here.create({ name: 'b' }),
    await here.create({ name: 'c' }),
  ];
  const added = [];
  for (const { id } of accounts.slice(0, 2))
    added.push((await keyCalls.REST(here).add(id, { publicKey: newPublicKey() })).key?.id);
  const { serviceAccounts } = await here.run(
    '{ serviceAccounts(orderBy: { field: NAME, direction: ASC }) { nodes { name keys { id } } } }',
  );
  expect(serviceAccounts.nodes).toEqual([
    { name: 'a', keys: [{ id: added[0] }] },
    { name: 'b', keys: [{ id: added[1] }] },
    { name: 'c', keys: [] },
  ]);
});

test('an expired key is not listed, and is found by its id', async () => {
  const { id } = await admin.create();
  const keyId = await add(id);
  await gateway.sql(`update service_account_key set expires_at = '2026-01-01' where id = $1`, [
    keyId?.slice(4),
  ]);
  expect(await keyCalls.REST(admin).keysOf(id)).toEqual([]);
  const { node } = await admin.run(
    'query ($id: ID!) { node(id: $id) { __typename id ... on ServiceAccountKey { expiresAt } } }',
    { id: keyId },
  );
  expect(node).toEqual({ __typename: 'ServiceAccountKey', id: keyId, expiresAt: '2026-01-01T00:00:00.000Z' });
});
