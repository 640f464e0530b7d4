import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type Gateway, startGateway } from '../../harness/gateway.js';
import type { GatewayProcess } from '../../harness/gateway-process.js';
import { startWithModule } from '../../harness/process-with-module.js';

/** A module that the gateway loads first. It reports each use of AsyncLocalStorage. */
const reporter = `
  import { AsyncLocalStorage } from 'node:async_hooks';
  for (const name of ['run', 'enterWith']) {
    const use = AsyncLocalStorage.prototype[name];
    AsyncLocalStorage.prototype[name] = function (...args) {
      process.stderr.write('AsyncLocalStorage is used');
      return use.apply(this, args);
    };
  }`;

let gateway: Gateway;
let built: GatewayProcess;
beforeAll(async () => {
  gateway = await startGateway();
  built = await startWithModule(gateway, reporter);
});
afterAll(async () => {
  await built?.stop();
  await gateway?.close();
});

test('a transaction does not make the promises of all other requests slower', async () => {
  const tenant = await gateway.createTenant();
  const response = await fetch(`${built.url}/graphql`, {
    method: 'POST',
    headers: { ...(await gateway.as('super_admin', tenant)), 'content-type': 'application/json' },
    body: JSON.stringify({
      query: 'mutation { createTenant(input: { name: "New" }) { tenant { name } } }',
    }),
  });
  expect(JSON.parse(await response.text())).toEqual({ data: { createTenant: { tenant: { name: 'New' } } } });
  expect(built.stderr()).not.toContain('AsyncLocalStorage is used');
});
