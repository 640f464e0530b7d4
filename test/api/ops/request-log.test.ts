import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { cpuTimeOf } from '../../harness/cpu-time.js';
import { createPath, type Gateway, startGateway } from '../../harness/gateway.js';
import { openRaw } from '../../harness/raw.js';

let gateway: Gateway;
beforeAll(async () => {
  gateway = await startGateway();
});
afterAll(() => gateway.close());

/** Waits for the line of the log about a request. */
async function lineOf(requestId: string) {
  for (let waits = 0; waits < 100; waits++) {
    const lines = gateway.log.map((line) => JSON.parse(line)).filter(({ req }) => req?.id === requestId);
    if (lines.length > 0) return lines[0];
    await sleep(20);
  }
  throw new Error(`nothing is logged of ${requestId}`);
}

test('a request has a line with its id, its path, its status and the address of its caller', async () => {
  const headers = {
    ...(await gateway.as('tenant_admin', await gateway.createTenant())),
    'x-request-id': 'one',
  };
  await gateway.request(`${createPath}?page=1`, { method: 'POST', headers });
  expect(await lineOf('one')).toMatchObject({
    level: 30,
    msg: `POST ${createPath} 200`,
    req: { id: 'one', method: 'POST', path: createPath, ip: expect.stringMatching(/127\.0\.0\.1$/) },
    res: { statusCode: 200 },
  });
});

test('a request that was never answered is reported as that, and not as a success', async () => {
  const { socket } = await openRaw(gateway.url);
  socket.write(
    `POST ${createPath} HTTP/1.1\r\nhost: gateway\r\nx-request-id: two\r\ncontent-length: 10\r\n\r\n{`,
  );
  await sleep(200);
  socket.destroy();
  const line = await lineOf('two');
  expect(line).toMatchObject({ level: 40, msg: `POST ${createPath} aborted`, res: { aborted: true } });
  expect(line.res.statusCode).toBeUndefined();
});

test.each([
  ['a token', `eyJ${'a'.repeat(20)}.${'b'.repeat(20)}.${'c'.repeat(20)}`],
  ['a secret', `sa_secret_${'a'.repeat(38)}`],
])('%s in a path, or as a request id, is not logged', async (what, text) => {
  const id = what.replace(' ', '-');
  await gateway.request(`/x/${text}/y`, { headers: { 'x-request-id': id } });
  expect(await lineOf(id)).toMatchObject({ req: { path: '/x/[redacted]/y' } });
  const answer = await gateway.request('/x', { headers: { 'x-request-id': text } });
  expect(answer.headers.get('x-request-id')).toMatch(/^[\da-f-]{36}$/);
});

test('what looks like a token for 15 kB costs no time, and a long path is cut', async () => {
  const long = 'eyJ'.repeat(5_000);
  const time = await cpuTimeOf(async () => {
    for (let n = 0; n < 20; n++) {
      await gateway.request('/healthz', { headers: { 'x-request-id': long } });
      await gateway.request(`/${long}`, { headers: { 'x-request-id': 'long' } });
    }
  });
  expect(time).toBeLessThan(1_000);
  expect((await lineOf('long')).req.path.length).toBeLessThan(400);
});
