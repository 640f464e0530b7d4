import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type Somebody, somebody } from '../../harness/admin.js';
import { type Gateway, startGateway } from '../../harness/gateway.js';

let gateway: Gateway;
let viewer: Somebody;
beforeAll(async () => {
  gateway = await startGateway();
  viewer = await somebody(gateway, undefined, 'tenant_viewer');
});
afterAll(() => gateway.close());

const ci = { name: 'ci', issuer: 'https://ci.example.com', maxTokenAgeSeconds: 3600, singleUse: false };

test('a viewer reads the issuers of workloads over GraphQL', async () => {
  expect(await viewer.run('{ workloadIssuers { name issuer maxTokenAgeSeconds singleUse } }')).toEqual({
    workloadIssuers: [ci],
  });
});

test('a viewer reads the issuers of workloads over REST', async () => {
  const { body } = await gateway.request('/api/v1/admin/workload-issuer', { headers: viewer.headers });
  expect(body.data).toEqual([ci]);
});

test('without a file of issuers, the list is empty, and an account can trust none', async () => {
  const without = await startGateway({ WORKLOAD_ISSUERS_FILE: '' });
  const admin = await somebody(without);
  expect(await admin.run('{ workloadIssuers { name } }')).toEqual({ workloadIssuers: [] });
  const { id } = await admin.create();
  const { body } = await admin.rest('POST', `/${id}/trust`, { issuer: 'ci', subject: 'x' });
  expect(body.message).toBe(
    'issuer: cannot be used, because the operator of the gateway trusts no issuers of workloads (WORKLOAD_ISSUERS_FILE)',
  );
  await without.close();
});
