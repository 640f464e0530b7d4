import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { generateSecret } from '../../../src/features/service-accounts/secrets/secret.js';
import { type Gateway, startGateway } from '../../harness/gateway.js';
import { askToken, machine } from '../oauth/machine.js';
import { scan, scanningPath } from './scanner.js';

let gateway: Gateway;
beforeAll(async () => {
  gateway = await startGateway();
});
afterAll(() => gateway.close());

test('unless it is turned on, the endpoint is an unknown path', async () => {
  const one = await machine(gateway);
  const unknown = await gateway.request('/api/v1/secret-scanning/nothing', { method: 'POST' });
  const { status, body } = await scan(gateway, { secret: one.clientSecret });
  const { timestamp: _timestamp, requestId: _requestId, ...error } = unknown.body;
  expect(status).toBe(404);
  expect(body).toMatchObject(error);
  expect(await gateway.request(scanningPath)).toMatchObject({ status: 404 });
  expect((await askToken(gateway, one)).status).toBe(200);
});

test('a malformed report is at an unknown path, too', async () => {
  expect(await scan(gateway, { secret: generateSecret(), url: 5 })).toMatchObject({ status: 404 });
});
