import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import { connect } from 'node:net';
import { setTimeout } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { type Gateway, startGateway } from '../../harness/gateway.js';
import { createProxy, type DatabaseProxy } from '../../harness/proxy.js';
import { addEvents } from './events.js';

/** Matches the statements of the export alone. The gateway also looks for keys, and cleans up once a minute. */
const ofExport = /jsonLines/;
const statements = {
  count: 0,
  read: (chunk: Buffer) => {
    if (ofExport.test(chunk.toString('latin1'))) statements.count++;
  },
};
/** The number of parts of the export. Each part has a MB, so that sockets can hold only a few of them. */
const parts = 40;
const perPart = 500;

let gateway: Gateway;
let proxy: DatabaseProxy;
let tenant: string;
let headers: Record<string, string>;
beforeAll(async () => {
  const by = async (url: string) => {
    proxy = await createProxy(url, statements.read);
    return proxy.url;
  };
  gateway = await startGateway({}, { by });
  tenant = await gateway.createTenant();
  headers = await gateway.as('tenant_viewer', tenant);
  await gateway.sql(
    `insert into audit_event (
       occurred_at, id, tenant_id, caller_realm, caller_id, action, target, outcome, request_id, after
     )
     select now() - interval '1 hour' + number * interval '1 millisecond', gen_random_uuid(), $1, 'acme', 'ada',
       'service_account.update', 'sa-' || number, 'success', 'request', jsonb_build_object('long', repeat('12 34 ', 275))
     from generate_series(1, $2::integer) number`,
    [tenant, parts * perPart],
  );
  await gateway.sql('analyze audit_event');
}, 60_000);
afterAll(async () => {
  await proxy.pass();
  // Closing searches everything that is stored for secrets, which would take long with these events.
  await gateway.sql('alter table audit_event disable trigger user');
  await gateway.sql('truncate audit_event');
  await gateway.close();
  await proxy.close();
});
beforeEach(async () => {
  await proxy.pass();
  statements.count = 0;
  gateway.log.length = 0;
});

/** Begins an export, and reads no more than the headers of the answer. */
async function begin(query = ''): Promise<IncomingMessage> {
  const asked = request(`${gateway.url}/api/v1/admin/audit-event/export${query}`, { headers, agent: false });
  asked.end();
  const [response] = (await once(asked, 'response')) as [IncomingMessage];
  expect(response.statusCode).toBe(200);
  asked.on('error', () => {});
  return response;
}

/** Waits until the gateway has sent no part of the export for a while. @returns how many statements it has sent */
async function untilQuiet(): Promise<number> {
  for (let last = -1; last !== statements.count; ) {
    last = statements.count;
    await setTimeout(700);
  }
  return statements.count;
}

async function readAll(response: IncomingMessage): Promise<{ text: string; complete: boolean }> {
  let text = '';
  try {
    for await (const chunk of response.setEncoding('utf8')) text += chunk;
  } catch {
    // A connection that breaks makes the answer incomplete, which the caller sees.
  }
  return { text, complete: response.complete };
}

const numbersOf = (text: string) =>
  text
    .split('\n')
    .slice(0, -1)
    .map((line) => Number(JSON.parse(line).target.slice(3)));
const upTo = (length: number) => Array.from({ length }, (_, index) => index + 1);

const logged = () => gateway.log.map((line) => JSON.parse(line));
const busy = () =>
  gateway.sql(
    `select from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()
       and backend_type = 'client backend' and state <> 'idle'`,
  );

test.each(['', '?occurredBefore=9999-01-01T00:00:00Z'])(
  'nothing is read ahead of a client that stops reading, and later events are not in it: %s',
  async (query) => {
    const response = await begin(query);
    response.pause();
    const read = await untilQuiet();
    expect(read).toBeGreaterThan(0);
    expect(read).toBeLessThan(parts / 2);
    expect(await busy()).toEqual([]);
    const now = Date.now() - Date.UTC(2026, 0, 1);
    const late = `sa-late${query}`;
    await addEvents(gateway, [{ tenant, at: now, target: late }]);
    const { text, complete } = await readAll(response);
    expect(complete).toBe(true);
    expect(numbersOf(text).filter(Boolean)).toEqual(upTo(parts * perPart));
    expect(text).not.toContain(late);
    expect(statements.count).toBeGreaterThanOrEqual(parts);
  },
);

test('a caller is sent four at the same time, and another one when one of them has ended', async () => {
  const open = await Promise.all(Array.from({ length: 4 }, () => begin()));
  const ask = () => gateway.request('/api/v1/admin/audit-event/export', { method: 'HEAD', headers });
  const refused = await gateway.request('/api/v1/admin/audit-event/export', { headers });
  expect(refused).toMatchObject({
    status: 429,
    body: { code: 'RATE_LIMITED', details: { limit: 4, count: 4 } },
  });
  expect(refused.headers.get('retry-after')).toBe('10');
  for (const response of open) response.destroy();
  await untilQuiet();
  expect((await ask()).status).toBe(200);
});

test('HEAD reads one part', async () => {
  await gateway.request('/api/v1/admin/audit-event/export', { method: 'HEAD', headers });
  expect(await untilQuiet()).toBe(1);
});

test('a client that goes away ends it, and nothing is wrong with that', async () => {
  const response = await begin();
  response.destroy();
  await untilQuiet();
  expect(statements.count).toBeLessThan(parts / 2);
  expect(await busy()).toEqual([]);
  const lines = logged();
  expect(lines.filter(({ level }) => level > 30)).toEqual([]);
  expect(lines.map(({ msg }) => msg)).toEqual(['GET /api/v1/admin/audit-event/export 200']);
});

test('a client that disconnects before the first part ends it, too', async () => {
  proxy.hang();
  const asked = request(`${gateway.url}/api/v1/admin/audit-event/export`, { headers, agent: false });
  asked.on('error', () => {});
  asked.end();
  await once(asked, 'finish');
  await setTimeout(300);
  asked.destroy();
  await setTimeout(300);
  // Unless the machine is busy, the gateway has read the request and its end within these times.
  await proxy.pass();
  expect(await untilQuiet()).toBeLessThanOrEqual(1);
  expect(logged().filter(({ level }) => level >= 50)).toEqual([]);
});

test('an error in its midst breaks it off, and is reported in the log once', async () => {
  const response = await begin();
  response.pause();
  await untilQuiet();
  proxy.cut(ofExport);
  const { text, complete } = await readAll(response);
  expect(complete).toBe(false);
  const whole = text.slice(0, text.lastIndexOf('\n') + 1);
  const numbers = numbersOf(whole);
  expect(numbers.length).toBeLessThan(parts * perPart);
  expect(numbers).toEqual(upTo(numbers.length));
  await untilQuiet();
  const id = response.headers['x-request-id'];
  const lines = logged().filter(({ requestId, req }) => requestId === id || req?.id === id);
  expect(lines.map(({ level, msg, res }) => ({ level, msg, res }))).toEqual([
    { level: 40, msg: 'Request failed because the database is unavailable', res: undefined },
    {
      level: 50,
      msg: 'GET /api/v1/admin/audit-event/export 200',
      res: { statusCode: 200, brokenOff: true },
    },
  ]);
});

test('a client of HTTP/1.0, to which the end of the connection is that of the file, sees it broken off, too', async () => {
  const { hostname, port } = new URL(gateway.url);
  const socket = connect(Number(port), hostname);
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  socket.write(`GET /api/v1/admin/audit-event/export HTTP/1.0\r\n${lines.join('')}\r\n`);
  await once(socket, 'data');
  // The client reads everything before the reset, because libuv may report a reset as an end to a slow client.
  proxy.hang();
  socket.resume();
  await untilQuiet();
  proxy.cut();
  const [error] = await once(socket, 'error');
  expect(error).toMatchObject({ code: 'ECONNRESET' });
});
