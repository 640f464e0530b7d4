import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type Gateway, startGateway } from '../../harness/gateway.js';
import { openRaw } from '../../harness/raw.js';

let gateway: Gateway;
beforeAll(async () => {
  gateway = await startGateway();
});
afterAll(() => gateway.close());

/**
 * Sends a number of requests at the same time on one connection.
 * @returns the answers until its end, or until all have come
 */
async function pipeline(count: number): Promise<string[]> {
  const { socket } = await openRaw(gateway.url);
  let text = '';
  const answers = () => text.match(/HTTP\/1\.1 \d+/g) ?? [];
  const over = new Promise<void>((resolve) => {
    socket.on('close', resolve).on('error', () => {});
    socket.on('data', (chunk) => {
      text += chunk;
      if (answers().length === count) resolve();
    });
  });
  socket.write('GET /readyz HTTP/1.1\r\nhost: gateway\r\n\r\n'.repeat(count));
  await over;
  socket.destroy();
  return answers();
}

test('16 requests that do not wait for answers are all answered', async () => {
  expect(await pipeline(16)).toEqual(Array(16).fill('HTTP/1.1 200'));
});

test('a connection with hundreds is cut', async () => {
  expect((await pipeline(300)).length).toBeLessThan(300);
  expect((await gateway.request('/readyz')).status).toBe(200);
});

test('a connection that got its responses may continue', async () => {
  for (let turn = 0; turn < 3; turn++) expect(await pipeline(10)).toHaveLength(10);
});

test('while others send hundreds, everybody else gets a response', async () => {
  const flood = Promise.all(Array.from({ length: 20 }, () => pipeline(300)));
  expect((await gateway.request('/healthz')).status).toBe(200);
  await flood;
});
