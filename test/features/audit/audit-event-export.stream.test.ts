import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { type IncomingMessage, request } from 'node:http';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { moveClock, restoreClock } from '../../harness/clock.js';
import { type Gateway, startGateway } from '../../harness/gateway.js';
import { createIssuer } from '../../harness/issuer.js';
import { createProxy, type DatabaseProxy } from '../../harness/proxy.js';
import { json, type KeyServer, startKeyServer } from '../../platform/auth/key-server.js';
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
/** A gateway with the same database, which reads the keys of its realm from a server. */
let served: Gateway;
let keys: KeyServer;
let folder: string;
let proxy: DatabaseProxy;
let tenant: string;
let headers: Record<string, string>;
beforeAll(async () => {
  const by = async (url: string) => {
    proxy = await createProxy(url, statements.read);
    return proxy.url;
  };
  gateway = await startGateway({}, { by });
  const { issuer, audience, jwks } = gateway.issuer;
  keys = await startKeyServer(json(jwks));
  folder = mkdtempSync(join(tmpdir(), 'export-'));
  const file = join(folder, 'realms.json');
  const realm = { name: 'acme', issuer, audience, jwksUri: keys.url };
  writeFileSync(file, JSON.stringify({ default: 'acme', realms: [realm] }));
  served = await startGateway({ ...gateway.env, REALMS_FILE: file });
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
  await gateway.sql('drop table audit_event');
  await served.close();
  await gateway.close();
  await proxy.close();
  await keys.close();
  rmSync(folder, { recursive: true });
});
afterEach(restoreClock);
beforeEach(async () => {
  await proxy.pass();
  statements.count = 0;
  gateway.log.length = 0;
});

/** Begins an export, and reads no more than the headers of the answer. */
async function begin(query = '', { url } = gateway): Promise<IncomingMessage> {
  const asked = request(`${url}/api/v1/admin/audit-event/export${query}`, { headers, agent: false });
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

/** Lets an export begin, changes something, and reads the rest. @returns what the log says of it */
async function breakOff(at: Gateway, change: () => void) {
  const response = await begin('', at);
  response.pause();
  const read = await untilQuiet();
  change();
  const { text, complete } = await readAll(response);
  expect(complete).toBe(false);
  expect(numbersOf(text.slice(0, text.lastIndexOf('\n') + 1)).length).toBeLessThan(parts * perPart);
  // The client still receives what the gateway had read before.
  expect(await untilQuiet()).toBe(read);
  return at.log
    .map((line) => JSON.parse(line))
    .filter(({ requestId, req }) => [requestId, req?.id].includes(response.headers['x-request-id']))
    .map(({ level, reason, msg, res }) => ({ level, reason, msg, brokenOff: res?.brokenOff }));
}
const ended = { level: 50, msg: 'GET /api/v1/admin/audit-event/export 200', brokenOff: true };

test('it ends with the token, as it ends with an error', async () => {
  // The issuer of the tests signs tokens for ten minutes, and clocks may differ by five seconds.
  const log = await breakOff(gateway, () => moveClock(606));
  const reason = "'exp' claim timestamp check failed";
  expect(log).toEqual([{ level: 30, reason, msg: 'Access token was rejected' }, ended]);
});

test('it ends when the key of the token is withdrawn', async () => {
  const other = await createIssuer('acme');
  const log = await breakOff(served, () => {
    keys.answer = json({ keys: [{ ...other.jwks.keys[0], kid: 'another-key' }] });
    moveClock(301);
  });
  const reason = 'no applicable key found in the JSON Web Key Set';
  expect(log).toEqual([{ level: 30, reason, msg: 'Access token was rejected' }, ended]);
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
