import { once } from 'node:events';
import { Agent, request as httpRequest, type IncomingMessage } from 'node:http';
import { setImmediate } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import { createPath, type Gateway, startGateway } from '../../harness/gateway.js';
import { openRaw, parseAnswer, type Raw } from '../../harness/raw.js';

let gateway: Gateway;
let own: Record<string, string>;
beforeAll(async () => {
  gateway = await startGateway();
  own = { host: 'gateway', ...(await gateway.as('tenant_admin', await gateway.createTenant())) };
});
afterAll(() => gateway.close());

afterEach(async () => {
  expect((await gateway.request('/readyz')).status).toBe(200);
  expect((await gateway.sql('select count(*)::int as n from service_account'))[0]?.n).toBe(0);
});

const json = { 'content-type': 'application/json' };
const endless = { 'transfer-encoding': 'chunked' };
const announced = { 'content-length': '99999999999' };

/** A bound for the bytes that sockets of this machine buffer, although nobody reads them. */
const buffers = 16e6;

const head = (path: string, headers: Record<string, string>) =>
  `POST ${path} HTTP/1.1\r\n${Object.entries({ ...own, ...headers })
    .map(([name, value]) => `${name}: ${value}\r\n`)
    .join('')}\r\n`;

/** Sends a body until the response or the end of the connection, up to a bound. */
const pour = (path: string, headers: Record<string, string>) => pourUntil(isAnswered, path, headers);

/** @returns the answer, and how many bytes were accepted */
async function pourUntil(
  isDone: (raw: Raw) => Promise<boolean>,
  path: string,
  headers: Record<string, string>,
  most = 200e6,
) {
  const raw = await openRaw(gateway.url);
  const piece = Buffer.alloc(65_536, 'x');
  const chunk = 'transfer-encoding' in headers ? Buffer.concat([lengthOf(piece), piece, crlf]) : piece;
  raw.socket.write(head(path, headers));
  let taken = 0;
  while (taken < most && !raw.socket.destroyed && !(await isDone(raw))) {
    // The callback gets an error when the gateway cuts the connection.
    await new Promise<void>((resolve) => {
      raw.socket.write(chunk, (error) => {
        if (!error) taken += chunk.length;
        resolve();
      });
    });
  }
  const closed = await raw.closed(5_000);
  raw.socket.destroy();
  return { answer: parseAnswer(raw.text()), text: raw.text(), closed, taken };
}

const crlf = Buffer.from('\r\n');
const lengthOf = (piece: Buffer) => Buffer.from(`${piece.length.toString(16)}\r\n`);

/** Reads before the next write, because a write to a closed connection resets it, and the answer would be lost. */
async function isAnswered({ text }: Raw): Promise<boolean> {
  await setImmediate();
  return text() !== '';
}

test.each([
  ['a length of 100 GB', announced],
  ['a length of a byte over 1 MB', { 'content-length': `${1024 * 1024 + 1}` }],
  ['chunks without an end', endless],
  ['packed chunks without an end', { ...endless, 'content-encoding': 'gzip' }],
])('%s: 413 at both transports, and the connection is cut', async (what, length) => {
  const rest = await pour(createPath, { ...json, ...length });
  const graphql = await pour('/graphql', { ...json, ...length });
  for (const { answer, closed, taken, text } of [rest, graphql]) {
    expect({ what, status: answer.status, closed }).toEqual({ what, status: 413, closed: true });
    expect(answer.headers.get('connection')).toBe('close');
    expect(text.match(/HTTP\/1\.1/g)).toHaveLength(1);
    expect(taken).toBeLessThan(buffers);
  }
  expect(rest.answer.body).toMatchObject({
    success: false,
    code: 'PAYLOAD_TOO_LARGE',
    requestId: expect.any(String),
  });
  expect(graphql.answer.body).toMatchObject({
    errors: [{ extensions: { code: 'PAYLOAD_TOO_LARGE', requestId: expect.any(String) } }],
  });
});

test.each([
  ['a length of 100 GB', announced],
  ['chunks without an end', endless],
])('%s, of no JSON, is a 415 of REST, and the connection is cut', async (_what, length) => {
  const { answer, closed, taken } = await pour(createPath, { 'content-type': 'text/plain', ...length });
  expect(answer).toMatchObject({ status: 415, body: { code: 'UNSUPPORTED_MEDIA_TYPE' } });
  expect(answer.headers.get('connection')).toBe('close');
  expect(closed).toBe(true);
  expect(taken).toBeLessThan(buffers);
});

test.each([createPath, '/graphql'])('500 kB for %s are read, and the connection is kept', async (path) => {
  const raw = await openRaw(gateway.url);
  raw.socket.write(head(path, { ...json, 'content-length': '500000' }) + 'x'.repeat(500_000));
  raw.socket.write('GET /healthz HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n');
  expect(await raw.closed(5_000)).toBe(true);
  expect(raw.text().match(/HTTP\/1\.1 \d+/g)).toEqual(['HTTP/1.1 413', 'HTTP/1.1 200']);
});

test.each([createPath, '/graphql', '/nothing'])(
  'a client that asks %s whether to send 2 MB is not told to',
  async (path) => {
    const raw = await openRaw(gateway.url);
    raw.socket.write(head(path, { ...json, expect: '100-continue', 'content-length': '2000000' }));
    expect(await raw.closed(5_000)).toBe(true);
    const answer = parseAnswer(raw.text());
    expect(answer.status).toBe(path === '/nothing' ? 404 : 413);
    expect(answer.headers.get('connection')).toBe('close');
  },
);

test.each([
  ['no path', '/nothing', 404],
  ['a path of GET', '/oauth2/jwks', 405],
  ['a method that a page does not have', '/docs', 404],
  ['a token endpoint that does not exist', '/oauth2/tokens', 404],
])('a client that continues to send after the response is disconnected: %s', async (_what, path, status) => {
  const neverDone = async () => {
    await setImmediate();
    return false;
  };
  for (const length of [endless, announced]) {
    const { answer, closed, taken } = await pourUntil(neverDone, path, { ...json, ...length });
    expect([answer.status, closed]).toEqual([status, true]);
    expect(taken).toBeLessThan(buffers);
  }
});

test.each(['/nothing', '/docs', '/graphql', '/oauth2/jwks'])(
  'every request of a client that keeps its connections and sends 1.2 MB gets a response: %s',
  async (path) => {
    const agent = new Agent({ keepAlive: true });
    const statuses = new Set<number | undefined>();
    for (let n = 0; n < 6; n++) {
      const request = httpRequest(`${gateway.url}${path}`, { method: 'POST', agent });
      request.end(Buffer.alloc(1_200_000, 'x'));
      const [response] = (await once(request, 'response')) as [IncomingMessage];
      response.resume();
      await once(response, 'end');
      statuses.add(response.statusCode);
    }
    agent.destroy();
    expect(statuses.size).toBe(1);
  },
);
