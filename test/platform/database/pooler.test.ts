import { afterEach, expect, test } from '@jest/globals';
import { holdIntervals, restoreClock } from '../../harness/clock.js';
import { type Gateway, startGateway } from '../../harness/gateway.js';
import { holdTenants } from '../../harness/hold-tenants.js';
import { createProxy, type DatabaseProxy } from '../../harness/proxy.js';
import { untilLocked } from '../../harness/until-locked.js';

// These tests see what the gateway sends when it notices a pooler. test/suites/pgbouncer runs it behind a real one.

let proxy: DatabaseProxy;
let gateway: Gateway;
/** What the gateway has sent, each item as it arrived. */
let sent: string[];
afterEach(async () => {
  restoreClock();
  await gateway.close();
  await proxy.close();
});

/** The message BackendKeyData, up to the ID of the process (frontend/backend protocol, Message Formats). */
const keyData = Buffer.from([...Buffer.from('K'), 0, 0, 0, 12]);

/** Announces a process that does not exist, as a pooler does. */
function announceAnother(chunk: Buffer): void {
  const at = chunk.indexOf(keyData);
  if (at >= 0) chunk.writeInt32BE(1, at + keyData.length);
}

interface Way {
  pooled: boolean;
  /** Parameters of the URL. */
  parameters?: string;
}

/** Starts a gateway, and creates an account, so that its statements are prepared if they have names. */
async function start({ pooled, parameters = '' }: Way, env: NodeJS.ProcessEnv = {}) {
  sent = [];
  holdIntervals(); // The gateway reads its keys every ten seconds.
  const by = async (url: string) => {
    const listen = (chunk: Buffer) => sent.push(chunk.toString('latin1'));
    proxy = await createProxy(url, listen, pooled ? announceAnother : undefined);
    return proxy.url + parameters;
  };
  gateway = await startGateway(env, { by });
  const tenant = await gateway.createTenant();
  const headers = await gateway.as('tenant_admin', tenant);
  expect((await gateway.create(headers)).status).toBe(200);
  return { tenant, headers };
}

/** The beginning of a Parse message: its length, the name of the statement, and its text. */
const named = /P.{4}create-service-accounts\0/s;
const limits =
  'begin; set local statement_timeout = 2500; set local idle_in_transaction_session_timeout = 10000';
const startup = () => sent.filter((text) => text.includes('user\0'));
const about = () =>
  gateway.log.map((line) => JSON.parse(line).msg).filter((message) => /connection pooler/.test(message));

test('no time limit is a startup parameter, which a pooler would reject', async () => {
  await start({ pooled: false });
  expect(startup().length).toBeGreaterThan(0);
  for (const text of startup()) expect(text).not.toMatch(/timeout/);
});

test('without a pooler, statements are prepared under their names, and are not in transactions', async () => {
  await start({ pooled: false });
  expect(sent.join('')).toMatch(named);
  expect(sent.join('')).not.toContain(limits);
  expect(about()).toEqual([]);
});

test('behind a pooler, a statement has its limits, has no name, and is committed after its result', async () => {
  await start({ pooled: true });
  const creation = sent.findIndex((text) => text.includes('insert into service_account '));
  expect(sent[creation]).toContain(limits);
  expect(sent[creation]).not.toContain('commit');
  expect(sent.slice(creation).join('')).toContain('commit');
  expect(sent.join('')).not.toMatch(named);
  expect(about()).toEqual([
    'DATABASE_URL leads to a connection pooler. Each transaction sets its time limits, and statements are not prepared.',
  ]);
});

test('behind a pooler, a transaction of several statements has its limits once', async () => {
  const { headers, tenant } = await start({ pooled: true });
  const admin = await gateway.as('super_admin', tenant);
  sent.length = 0;
  const update =
    'mutation ($id: ID!) { updateTenant(input: { id: $id, name: "Other" }) { tenant { name } } }';
  expect((await gateway.graphql({ ...headers, ...admin }, update, { id: tenant })).body.errors).toBe(
    undefined,
  );
  expect(sent.join('').split('set local statement_timeout')).toHaveLength(2);
});

test('behind a pooler, a creation that waits for a lock and gets a 503 is not committed later', async () => {
  const { tenant, headers } = await start({ pooled: true });
  const release = await holdTenants(gateway, [tenant]);
  const creating = gateway.create(headers);
  await untilLocked(gateway);
  expect((await creating).status).toBe(503);
  await release();
  // The next creation in the tenant would wait for a creation that is not committed yet.
  expect((await gateway.create(headers)).status).toBe(200);
  expect(await gateway.sql('select from service_account where tenant_id = $1', [tenant])).toHaveLength(2);
});

test('behind a pooler, parameters of DATABASE_URL replace the limits', async () => {
  await start({ pooled: true, parameters: '?statement_timeout=1000' });
  expect(sent.join('')).toContain('begin; set local statement_timeout = 1000; ');
});

test('DATABASE_PREPARED=on prepares statements behind a pooler, too', async () => {
  await start({ pooled: true }, { DATABASE_PREPARED: 'on' });
  expect(sent.join('')).toMatch(named);
  expect(about()).toEqual([
    expect.stringContaining('statements are prepared, as DATABASE_PREPARED=on requires'),
  ]);
});

test('DATABASE_PREPARED=off prepares no statements without a pooler either', async () => {
  await start({ pooled: false }, { DATABASE_PREPARED: 'off' });
  expect(sent.join('')).not.toMatch(named);
  expect(sent.join('')).not.toContain(limits);
});
