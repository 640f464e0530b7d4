import { randomUUID } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type Gateway, startGateway } from '../../../harness/gateway.js';
import { startProcess, stopAll } from '../../../harness/gateway-process.js';

let gateway: Gateway;
beforeAll(async () => {
  gateway = await startGateway();
});
afterAll(async () => {
  await stopAll();
  await gateway.close();
});

// graphql-js holds the comments of a document as a list, so that each document would take 3 MB if it were kept.
test('documents of 33,000 comments each are forgotten before they fill the memory', async () => {
  const small = await startProcess({ ...gateway.env, NODE_OPTIONS: '--max-old-space-size=192' });
  await small.ready();
  for (let n = 0; n < 120; n++) {
    const query = `{ __typename } # ${randomUUID()}\n${'#\n'.repeat(33_000)}`;
    const response = await fetch(`${small.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'content-encoding': 'gzip' },
      body: gzipSync(JSON.stringify({ query })),
    });
    expect(await response.json()).toEqual({ data: { __typename: 'Query' } });
  }
  expect(await small.stop()).toBe(0);
});
