import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type Gateway, startGateway } from '../../../harness/gateway.js';

let gateway: Gateway;
beforeAll(async () => {
  gateway = await startGateway();
});
afterAll(() => gateway.close());

test.each(['GET', 'HEAD'])(
  '%s /favicon.ico is an image that is cached for a day and not logged',
  async (method) => {
    gateway.log.length = 0;
    const response = await fetch(`${gateway.url}/favicon.ico`, { method });
    const bytes = Buffer.from(await response.arrayBuffer());
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toBe('image/png');
    expect(response.headers.get('cache-control')).toBe('public, max-age=86400');
    // The signature of PNG, and the width and height in the header of the image.
    if (method === 'GET') {
      expect(bytes.subarray(0, 8).toString('latin1')).toBe('\x89PNG\r\n\x1a\n');
      expect([bytes.readUInt32BE(16), bytes.readUInt32BE(20)]).toEqual([32, 32]);
    } else {
      expect(bytes).toHaveLength(0);
    }
    await gateway.request('/healthz/more');
    expect(gateway.log.join('')).not.toContain('favicon');
  },
);

test.each([
  ['POST', '/favicon.ico'],
  ['OPTIONS', '/favicon.ico'],
  ['GET', '/favicon.ico/more'],
])('%s %s is a 404', async (method, path) => {
  const { status, body } = await gateway.request(path, { method });
  expect([status, body.code]).toEqual([404, 'NOT_FOUND']);
});
