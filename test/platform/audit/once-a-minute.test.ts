import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { Client } from 'pg';
import {
  askToken,
  basic,
  getToken,
  type Machine,
  machine,
  post,
  wrongSecret,
} from '../../api/oauth/machine.js';
import { somebody } from '../../harness/admin.js';
import { createPath, type Gateway, startGateway } from '../../harness/gateway.js';
import { entriesPerMinute } from '../../harness/per-minute.js';
import { startTwoGateways } from '../../harness/two-gateways.js';
import { untilLocked } from '../../harness/until-locked.js';

let gateway: Gateway;
let two: Awaited<ReturnType<typeof startTwoGateways>>;
beforeAll(async () => {
  gateway = await startGateway();
  two = await startTwoGateways(gateway, { RATE_LIMIT_WRONG_SECRETS: '0' });
}, 60_000);
afterAll(async () => {
  await Promise.all(two.processes.map((one) => one.stop()));
  await gateway.close();
});

const list = <T>(length: number, make: (index: number) => T): T[] =>
  Array.from({ length }, (_, index) => make(index));

/**
 * Sends a request of each caller to both gateways, twice, all at the same time. The audit log is locked until
 * statements of both gateways wait for it, so that they run at the same time.
 */
async function sendToBoth<T>(
  callers: readonly T[],
  waiting: number,
  send: (at: Gateway, caller: T) => Promise<unknown>,
) {
  const holder = new Client({ connectionString: gateway.databaseUrl });
  await holder.connect();
  await holder.query('begin; lock table audit_event in exclusive mode');
  const sent = callers.flatMap((caller) =>
    list(4, (turn) => send({ ...gateway, request: (path, init) => requestAt(turn % 2, path, init) }, caller)),
  );
  await untilLocked(gateway, waiting);
  await holder.query('commit');
  await Promise.all(sent);
  await holder.end();
}

async function requestAt(index: number, path: string, init?: RequestInit) {
  const response = await fetch(`${two.processes[index]?.url}${path}`, init);
  const text = await response.text();
  return { status: response.status, headers: response.headers, body: text && JSON.parse(text) };
}

const machines = async (count: number): Promise<Machine[]> => {
  const admin = await somebody(gateway);
  return Promise.all(list(count, () => machine(gateway, {}, admin)));
};

test('denials of a caller at two gateways are one entry in a minute', async () => {
  const tenant = await gateway.createTenant();
  const subs = list(8, () => randomUUID());
  await sendToBoth(subs, 6, async (at, sub) => {
    const token = await gateway.issuer.sign({ sub, roles: ['tenant_viewer'], tenants: [tenant] });
    const headers = { authorization: `Bearer ${token}`, 'x-tenantid': tenant };
    expect((await at.request(createPath, { method: 'POST', headers })).status).toBe(403);
  });
  const counts = await entriesPerMinute(gateway, subs);
  expect(counts.length).toBeGreaterThanOrEqual(subs.length);
  expect(new Set(counts)).toEqual(new Set([1]));
}, 60_000);

test('rejected secrets of a machine at two gateways are one entry in a minute', async () => {
  const all = await machines(8);
  await sendToBoth(all, 2, async (at, { clientId }) => {
    const { status } = await askToken(at, { clientId, clientSecret: wrongSecret });
    expect(status).toBe(401);
  });
  // Gateways record these in the background, and write what waits before they end.
  await Promise.all(two.processes.map((one) => one.stop()));
  two = await startTwoGateways(gateway);
  const counts = await entriesPerMinute(
    gateway,
    all.map(({ clientId }) => clientId),
  );
  expect(counts.length).toBeGreaterThanOrEqual(all.length);
  expect(new Set(counts)).toEqual(new Set([1]));
}, 60_000);

test('revocations of many tokens of a machine at two gateways are one entry in a minute', async () => {
  const all = await machines(5);
  await sendToBoth(all, 6, async (at, one) => {
    const token = await getToken(gateway, one);
    const { status } = await post(at, 'revoke', { token }, { authorization: basic(one) });
    expect(status).toBe(200);
  });
  const counts = await entriesPerMinute(
    gateway,
    all.map(({ clientId }) => clientId),
  );
  expect(counts.length).toBeGreaterThanOrEqual(all.length);
  expect(new Set(counts)).toEqual(new Set([1]));
}, 60_000);
