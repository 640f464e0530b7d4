import { afterAll, beforeEach, expect, test } from '@jest/globals';
import { type Gateway, startGateway } from '../../../harness/gateway.js';
import { type GatewayProcess, startProcess, stopAll } from '../../../harness/gateway-process.js';
import { holdTable } from '../../../harness/hold-table.js';
import { untilLocked } from '../../../harness/until-locked.js';
import { countsOf, isReplay, newKey } from '../../../platform/idempotency/keyed.js';
import {
  administrators,
  type Call,
  haveArrived,
  holdCreates,
  sendCreate,
  statusesOf,
  times,
  transactionsOf,
} from './create-together.js';

const gateway: Gateway = await startGateway();
afterAll(async () => {
  await stopAll();
  await gateway.close();
});

let doomed: GatewayProcess;
let tenants: string[];
let calls: Call[];
let lost: Promise<unknown>;
let letGo: () => Promise<void>;

/** Another gateway has nine creates in three tenants, which wait for their statement. */
beforeEach(async () => {
  doomed = await startProcess(gateway.env);
  await doomed.ready();
  const admins = await administrators(gateway, 3);
  tenants = admins.map(({ tenant }) => tenant);
  calls = admins.flatMap(({ headers }) =>
    times(3, headers).map((each) => ({ headers: { ...each, 'idempotency-key': newKey() } })),
  );
  letGo = await holdCreates(gateway, doomed.url);
  lost = Promise.allSettled(calls.map((call) => sendCreate(doomed.url, call)));
  await haveArrived(gateway, doomed.url);
});

async function kill() {
  process.kill(doomed.pid, 'SIGKILL');
  await doomed.ended();
  await lost;
}

const retry = () => Promise.all(calls.map(({ headers }) => gateway.create(headers)));

const counts = () => Promise.all(tenants.map((tenant) => countsOf(gateway, tenant)));

test('a gateway that is killed before its statement has created none, and a retry creates all', async () => {
  await kill();
  await letGo().catch(() => {});
  const answers = await retry();
  expect(statusesOf(answers)).toEqual(times(9, 200));
  expect(answers.filter(isReplay)).toEqual([]);
  expect(await counts()).toEqual(times(3, { count: 3, rows: 3 }));
});

test('a gateway that is killed during its statement has created all, and a retry gets them', async () => {
  // PostgreSQL grants this lock after the statements that already wait, and before the next one.
  const holding = holdTable(gateway, 'service_account_secret');
  await untilLocked(gateway, 3);
  await letGo();
  const letGoAgain = await holding;
  await untilLocked(gateway);
  await kill();
  await letGoAgain();
  const answers = await retry();
  expect(statusesOf(answers)).toEqual(times(9, 200));
  expect(answers.filter(isReplay)).toHaveLength(9);
  expect(await counts()).toEqual(times(3, { count: 3, rows: 3 }));
  expect(await transactionsOf(gateway, tenants)).toBe(1);
});
