import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import express from 'express';
import { readBody } from '../../../src/platform/http/json-body.js';
import { openRaw } from '../../harness/raw.js';

let server: Server;
let url: string;
let onRead: (result: unknown) => void;
beforeAll(async () => {
  const app = express();
  app.post('/', async (request, response) => {
    // A rate limit that asks the database takes about as long.
    await pause(20);
    await readBody(request, response).then(
      (body) => onRead({ body }),
      ({ code, details }) => onRead({ code, details }),
    );
    response.end();
  });
  server = createServer(app);
  await once(server.listen(0, '127.0.0.1'), 'listening');
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => {
  server.close();
});

test.each([
  ['a chunk whose size is no number', 'transfer-encoding: chunked\r\n\r\nzz\r\n{}\r\n0\r\n\r\n'],
  ['half of a body', 'content-length: 100\r\n\r\n{"name":'],
])('a connection that is closed after %s is not a request without a body', async (_what, bytes) => {
  const read = new Promise((resolve) => {
    onRead = resolve;
  });
  const raw = await openRaw(url);
  raw.socket.write(`POST / HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\n${bytes}`);
  raw.socket.end();
  expect(await read).toEqual({ code: 'BAD_USER_INPUT', details: { field: 'body' } });
});
