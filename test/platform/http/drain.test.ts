import { once } from 'node:events';
import { Agent, get, type IncomingMessage, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, jest, test } from '@jest/globals';
import { drain, listen } from '../../../src/platform/http/listen.js';
import { openRaw } from '../../harness/raw.js';

async function start(handler: RequestListener) {
  const server = await listen(handler, '127.0.0.1', 0);
  return { server, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}

/** Makes a handler that holds its answers back until the test lets them go. */
function held() {
  const waiting: (() => void)[] = [];
  const handler: RequestListener = (request, response) => {
    waiting.push(() => response.end(request.url));
  };
  const come = async (count: number) => {
    for (let n = 0; n < 200 && waiting.length < count; n++) await sleep(10);
    expect(waiting).toHaveLength(count);
  };
  return { handler, come, release: () => waiting.splice(0).forEach((answer) => void answer()) };
}

const ask = (path: string) => `GET ${path} HTTP/1.1\r\nhost: x\r\n\r\n`;

test('a request in flight on a kept connection learns that this was the last', async () => {
  const { handler, come, release } = held();
  const { server, url } = await start(handler);
  const raw = await openRaw(url);
  raw.socket.write(ask('/first'));
  await come(1);
  release();
  while (!raw.text().includes('/first') && !(await raw.closed(20)));
  expect(raw.text()).toMatch(/connection: keep-alive/i);
  raw.socket.write(ask('/second'));
  await come(1);
  const over = drain(server, 5_000);
  release();
  await over;
  expect(await raw.closed(1_000)).toBe(true);
  expect(raw.text()).toMatch(/connection: close\r\n[\s\S]*\/second$/i);
});

test('of requests that were sent without waiting, each has its answer, and the last ends the connection', async () => {
  const { handler, come, release } = held();
  const { server, url } = await start(handler);
  const raw = await openRaw(url);
  raw.socket.write(ask('/a') + ask('/b'));
  await come(2);
  const over = drain(server, 5_000);
  raw.socket.write(ask('/c'));
  await come(3);
  release();
  await over;
  expect(await raw.closed(1_000)).toBe(true);
  expect(raw.text().match(/\/[abc]/g)).toEqual(['/a', '/b', '/c']);
  expect(raw.text().match(/connection: close/gi)).toHaveLength(1);
});

test('a request on a connection that was kept gets a response while others are waited for', async () => {
  const { server, url } = await start((request, response) => {
    response.end(request.url);
  });
  const raw = await openRaw(url);
  raw.socket.write(ask('/first'));
  while (!raw.text().includes('/first') && !(await raw.closed(20)));
  const over = drain(server, 5_000);
  raw.socket.write(ask('/second'));
  await over;
  expect(await raw.closed(1_000)).toBe(true);
  expect(raw.text()).toMatch(/connection: close\r\n[\s\S]*\/second$/i);
});

test('a connection on which nothing comes does not hold it up', async () => {
  const { server, url } = await start((_request, response) => {
    response.end();
  });
  const raw = await openRaw(url);
  raw.socket.write(ask('/'));
  while (raw.text() === '' && !(await raw.closed(20)));
  const since = Date.now();
  await drain(server, 20_000);
  expect(Date.now() - since).toBeLessThan(5_000);
});

test('16 clients that keep their connections have an answer to each request, and are refused then', async () => {
  const { server, url } = await start(async (_request, response) => {
    await sleep(Math.random() * 10);
    response.end('done');
  });
  const agent = new Agent({ keepAlive: true });
  let answers = 0;
  const client = async (): Promise<string> => {
    for (;;) {
      try {
        const [response] = (await once(get(url, { agent }), 'response')) as [IncomingMessage];
        await response.toArray();
        answers += 1;
      } catch (error) {
        return (error as NodeJS.ErrnoException).code ?? String(error);
      }
    }
  };
  const clients = Array.from({ length: 16 }, client);
  while (answers <= 100) await sleep(20);
  // Without this, a busy machine could bring about the race of `drain`: it closes idle connections after 100 ms, even if
  // a request has arrived that the server has not read yet. Each client uses its connection again, so that none is left.
  const interval = jest.spyOn(globalThis, 'setInterval').mockImplementation(() => setTimeout(() => {}));
  await drain(server, 5_000);
  expect(interval).toHaveBeenCalledTimes(1);
  interval.mockRestore();
  expect(await Promise.all(clients)).toEqual(Array.from({ length: 16 }, () => 'ECONNREFUSED'));
  agent.destroy();
});
