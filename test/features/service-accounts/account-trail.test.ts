import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { somebody } from '../../harness/admin.js';
import { type Gateway, startGateway } from '../../harness/gateway.js';
import { addEvents } from '../audit/events.js';

let gateway: Gateway;
beforeAll(async () => {
  gateway = await startGateway();
});
afterAll(() => gateway.close());

const everything = `id occurredAt tenantId actor { realm id name email } action target outcome requestId ip userAgent
  before after`;

test("an account's audit log has what was done to it, newest first, and nothing else", async () => {
  const ada = await somebody(gateway);
  const { id } = await ada.create();
  await ada.create();
  await ada.rest('POST', `/${id}/disable`);
  await ada.rest('POST', `/${id}/rotate-secret`);
  // An event of another tenant with the same target must not be in the audit log of the account.
  await addEvents(gateway, [{ tenant: await gateway.createTenant(), target: id }]);
  const { serviceAccount } = await ada.run(
    `{ serviceAccount(id: "${id}") { auditEvents { nodes { action target } pageInfo { hasNextPage } } } }`,
  );
  expect(serviceAccount.auditEvents).toEqual({
    nodes: ['rotate_secret', 'disable', 'create'].map((done) => ({
      action: `service_account.${done}`,
      target: id,
    })),
    pageInfo: { hasNextPage: false },
  });
});

test('a viewer reads it in pages, also that of a deleted account', async () => {
  const ada = await somebody(gateway);
  const { id } = await ada.create();
  await ada.rest('DELETE', `/${id}`);
  const viewer = await somebody(gateway, ada.tenant, 'tenant_viewer');
  const read = async (page: string) =>
    (
      await viewer.run(
        `{ node(id: "${id}") { ... on ServiceAccount { auditEvents(${page}) { nodes { action } pageInfo { endCursor startCursor } } } } }`,
      )
    ).node.auditEvents;
  const newest = await read('first: 1');
  expect(newest.nodes).toEqual([{ action: 'service_account.delete' }]);
  const older = await read(`first: 5, after: "${newest.pageInfo.endCursor}"`);
  expect(older.nodes).toEqual([{ action: 'service_account.create' }]);
  expect((await read(`last: 5, before: "${older.pageInfo.startCursor}"`)).nodes).toEqual(newest.nodes);
});

test('the cursor of another account, and that of the tenant, are refused', async () => {
  const ada = await somebody(gateway);
  const [{ id }, { id: other }] = [await ada.create(), await ada.create()];
  const data = await ada.run(
    `{ auditEvents { pageInfo { endCursor } } serviceAccount(id: "${other}") { auditEvents { pageInfo { endCursor } } } }`,
  );
  for (const { pageInfo } of [data.auditEvents, data.serviceAccount.auditEvents]) {
    const asked = `{ serviceAccount(id: "${id}") { auditEvents(after: "${pageInfo.endCursor}") { nodes { id } } } }`;
    expect(await ada.refused(asked)).toMatchObject({ code: 'BAD_USER_INPUT', details: { field: 'after' } });
  }
});

test('one account may be asked for 100 events with all that they have, and few of a list for theirs', async () => {
  const ada = await somebody(gateway);
  const { id } = await ada.create();
  const hundred = `auditEvents(first: 100) { nodes { ${everything} } pageInfo { endCursor } }`;
  const one = await ada.run(`{ serviceAccount(id: "${id}") { ${hundred} } }`);
  expect(one.serviceAccount.auditEvents.nodes).toHaveLength(1);
  const list = (accounts: number) =>
    `{ serviceAccounts(first: ${accounts}) { nodes { auditEvents(first: 1) { nodes { action } } } } }`;
  expect((await ada.run(list(5))).serviceAccounts.nodes).toHaveLength(1);
  for (const accounts of [20, 100]) {
    const { details } = await ada.refused(list(accounts));
    expect(details).toEqual({ limit: 'cost', maximum: 34_000 });
  }
});

test('a page that is wrong takes nothing else of a payload with it', async () => {
  const { headers } = await somebody(gateway);
  const { body } = await gateway.graphql(
    headers,
    'mutation { createServiceAccount { clientSecret serviceAccount { id auditEvents(first: 0) { nodes { id } } } } }',
  );
  expect(body.errors).toMatchObject([
    { extensions: { code: 'BAD_USER_INPUT', details: { field: 'first' } } },
  ]);
  expect(body.data.createServiceAccount).toEqual({
    clientSecret: expect.stringMatching(/^sa_secret_/),
    serviceAccount: { id: expect.stringMatching(/^sa-/), auditEvents: null },
  });
});
