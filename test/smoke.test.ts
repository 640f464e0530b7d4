import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type Gateway, startGateway } from './harness/gateway.js';

let gateway: Gateway;
beforeAll(async () => {
  gateway = await startGateway();
});
afterAll(() => gateway.close());

test('creates', async () => {
  const tenant = await gateway.createTenant();
  const answer = await gateway.create(await gateway.as('tenant_admin', tenant));
  expect(answer.body).toMatchObject({ success: true });
  expect(answer.status).toBe(200);
});
