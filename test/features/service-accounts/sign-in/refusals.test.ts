import { randomBytes } from 'node:crypto';
import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import { Client, Pool } from 'pg';
import { pino } from 'pino';
import type { ErrorCode, RefusalReason } from '../../../../src/features/service-accounts/sign-in/refusals.js';
import { Refusals } from '../../../../src/features/service-accounts/sign-in/refusals.js';
import { askToken, basic, post, wrongSecret } from '../../../api/oauth/machine.js';
import { type Somebody, somebody } from '../../../harness/admin.js';
import { moveClock, restoreClock } from '../../../harness/clock.js';
import { createStatementCounter } from '../../../harness/count-statements.js';
import { type Gateway, startGateway } from '../../../harness/gateway.js';
import { endMinute, entriesPerMinute } from '../../../harness/per-minute.js';
import { createProxy } from '../../../harness/proxy.js';
import { until } from '../../../harness/until.js';
import { untilLocked } from '../../../harness/until-locked.js';
import { createMachine, type Machine } from './machines.js';

let gateway: Gateway;
let pool: Pool;
beforeAll(async () => {
  gateway = await startGateway();
  pool = new Pool({ connectionString: gateway.databaseUrl });
});
afterEach(restoreClock);
afterAll(async () => {
  await pool.end();
  await gateway.close();
});

const silent = pino({ level: 'silent' });
const request = { requestId: 'knock', ip: '127.0.0.1', userAgent: null };
const nobody = () => `sa_client_${randomBytes(6).toString('hex')}`;

interface Event {
  after: { reason: RefusalReason };
}

/** Reads the audit log of an account as an administrator does. */
async function eventsOf(admin: Somebody, { id }: { id: string }): Promise<Event[]> {
  const { auditEvents } = await admin.run(
    `query ($target: String!) {
      auditEvents(filter: { target: $target, action: ["service_account.sign_in"] }) {
        nodes { tenantId actor { realm id name email } action target outcome requestId ip userAgent before after }
      }
    }`,
    { target: id },
  );
  return auditEvents.nodes;
}

const reasonsOf = async (admin: Somebody, machine: Machine) =>
  (await eventsOf(admin, machine)).map(({ after }) => after.reason);

const past = `now() - interval '1 second'`;

interface Case {
  admin: Somebody;
  machine: Machine;
}

/**
 * The reasons for which an assertion is rejected (test/api/oauth/private-key-jwt.attacks.test.ts), or the token of a
 * workload (test/api/oauth/workloads.attacks.test.ts).
 */
type OfAssertions = Extract<
  RefusalReason,
  | 'wrong_key'
  | 'invalid_assertion'
  | `assertion_${string}`
  | 'key_expired'
  | `issuer_${string}`
  | 'no_trust'
  | 'wrong_subject'
  | 'wrong_audience'
  | 'wrong_claims'
  | 'trust_expired'
>;

/** Functions that bring about each other reason for a refusal, if it does not depend on the request itself. */
const causes: Record<Exclude<RefusalReason, OfAssertions>, (one: Case) => Promise<unknown>> = {
  wrong_secret: async () => {},
  invalid_request: async () => {},
  unsupported_grant_type: async () => {},
  invalid_scope: async () => {},
  invalid_target: async () => {},
  invalid_grant: async () => {},
  secret_revoked: ({ admin, machine }) => admin.rest('DELETE', `/${machine.id}/secret/${machine.secretId}`),
  secret_expired: ({ machine }) =>
    gateway.sql(`update service_account_secret set expires_at = ${past} where id = $1`, [
      machine.stored.secretId,
    ]),
  account_disabled: ({ admin, machine }) => admin.rest('POST', `/${machine.id}/disable`),
  account_deleted: ({ admin, machine }) => admin.rest('DELETE', `/${machine.id}`),
  account_expired: ({ machine }) =>
    gateway.sql(`update service_account set expires_at = ${past} where id = $1`, [machine.stored.accountId]),
  tenant_suspended: ({ admin }) =>
    gateway.sql(`update tenant set status = 'suspended' where id = $1`, [admin.tenant]),
  address_not_allowed: ({ admin, machine }) =>
    admin.rest('PATCH', `/${machine.id}`, { ipAllowlist: ['192.0.2.0/24'] }),
};

const grant = { grant_type: 'client_credentials' };
/** The requests of a client that authenticates, by the code of their error. */
const requests: Record<ErrorCode, (one: Case) => Promise<[string, Record<string, string>]>> = {
  invalid_request: async () => ['token', {}],
  unsupported_grant_type: async () => ['token', { grant_type: 'password' }],
  invalid_scope: async () => ['token', { ...grant, scope: 'no:such' }],
  invalid_target: async () => ['token', { ...grant, resource: 'https://other.example.com' }],
  invalid_grant: async ({ admin }) => [
    'revoke',
    { token: (await askToken(gateway, await createMachine(admin))).body.access_token },
  ],
};

test.each(Object.entries(causes))('%s is reported in the audit log of the account', async (reason, cause) => {
  const admin = await somebody(gateway);
  const machine = await createMachine(admin);
  await cause({ admin, machine });
  const clientSecret = reason === 'wrong_secret' ? wrongSecret : machine.clientSecret;
  const [endpoint, form] = (await requests[reason as ErrorCode]?.({ admin, machine })) ?? ['token', grant];
  const { status } = await post(gateway, endpoint, form, {
    authorization: basic({ ...machine, clientSecret }),
    'x-request-id': `knock-${reason}`,
    'user-agent': 'a machine',
  });
  expect(status).toBe(reason in requests ? 400 : 401);
  const events = await until(
    () => eventsOf(admin, machine),
    ({ length }) => length > 0,
  );
  expect(events).toEqual([
    {
      tenantId: admin.tenant,
      actor: { realm: '', id: machine.clientId, name: null, email: null },
      action: 'service_account.sign_in',
      target: machine.id,
      outcome: 'DENIED',
      requestId: `knock-${reason}`,
      ip: '127.0.0.1',
      userAgent: 'a machine',
      before: null,
      after: { reason },
    },
  ]);
});

test('it is found by its client id, as denied, and at the other transport', async () => {
  const admin = await somebody(gateway);
  const machine = await createMachine(admin);
  await askToken(gateway, { ...machine, clientSecret: wrongSecret });
  const found = await until(
    async () => {
      const path = `/api/v1/admin/audit-event?actor=${machine.clientId}&outcome=denied`;
      return (await gateway.request(path, { headers: admin.headers })).body.data;
    },
    ({ length }) => length > 0,
  );
  expect(found).toMatchObject([
    {
      actor: { realm: '', id: machine.clientId },
      action: 'service_account.sign_in',
      outcome: 'denied',
      after: { reason: 'wrong_secret' },
    },
  ]);
});

/** Reports refusals to a gateway's recorder, and waits until they are written. */
async function tell(refusals: Refusals, clientId: string, ...reasons: RefusalReason[]) {
  for (const reason of reasons) refusals.refused({ clientId, reason, request });
  await refusals.close();
}

test('the same is reported once in a calendar minute, whichever gateway it is', async () => {
  const admin = await somebody(gateway);
  const machine = await createMachine(admin);
  const [one, other] = [new Refusals(pool, silent), new Refusals(pool, silent)];
  for (let time = 0; time < 3; time++) {
    await tell(one, machine.clientId, 'wrong_secret', 'wrong_secret');
    await tell(other, machine.clientId, 'wrong_secret');
  }
  expect(new Set(await entriesPerMinute(gateway, [machine.clientId]))).toEqual(new Set([1]));
});

test('after a minute it is reported again', async () => {
  const admin = await somebody(gateway);
  const machine = await createMachine(admin);
  const refusals = new Refusals(pool, silent);
  await tell(refusals, machine.clientId, 'wrong_secret');
  await endMinute(gateway);
  moveClock(61);
  await tell(refusals, machine.clientId, 'wrong_secret');
  expect(await reasonsOf(admin, machine)).toEqual(['wrong_secret', 'wrong_secret']);
});

test('another reason and another account are reported beside it', async () => {
  const admin = await somebody(gateway);
  const [one, other] = [await createMachine(admin), await createMachine(admin)];
  const refusals = new Refusals(pool, silent);
  await tell(refusals, one.clientId, 'wrong_secret');
  await tell(refusals, one.clientId, 'invalid_scope', 'wrong_secret');
  await tell(refusals, other.clientId, 'wrong_secret');
  expect(new Set(await reasonsOf(admin, one))).toEqual(new Set(['invalid_scope', 'wrong_secret']));
  expect(await reasonsOf(admin, other)).toEqual(['wrong_secret']);
});

test('an unknown client ID leaves nothing, and a malformed one is not looked up', async () => {
  const statements = createStatementCounter();
  const proxy = await createProxy(gateway.databaseUrl, statements.read);
  const watched = new Pool({ connectionString: proxy.url, max: 1 });
  const refusals = new Refusals(watched, silent);
  const before = await gateway.sql('select count(*) from audit_event');
  const unknown = nobody();
  moveClock(60 - ((Date.now() / 1000) % 60)); // to the start of a minute
  for (let time = 0; time < 3; time++) await tell(refusals, unknown, 'wrong_secret');
  for (const none of ['', 'admin', `${unknown}0`, `${unknown}\n`, `\0${unknown}`, 'x'.repeat(10_000)])
    await tell(refusals, none, 'wrong_secret');
  expect(statements.count).toBe(1);
  expect(await gateway.sql('select count(*) from audit_event')).toEqual(before);
  await watched.end();
  await proxy.close();
});

test('a flood of invented client ids takes one connection and few statements, and hides nobody for long', async () => {
  const admin = await somebody(gateway);
  const machine = await createMachine(admin);
  const statements = createStatementCounter();
  const proxy = await createProxy(gateway.databaseUrl, statements.read);
  const watched = new Pool({ connectionString: proxy.url, max: 10 });
  const lines: string[] = [];
  const refusals = new Refusals(watched, pino({ level: 'info' }, { write: (line) => lines.push(line) }));
  for (let time = 0; time < 5000; time++)
    refusals.refused({ clientId: nobody(), reason: 'wrong_secret', request });
  refusals.refused({ clientId: machine.clientId, reason: 'wrong_secret', request });
  await until(
    async () => lines,
    ({ length }) => length > 0,
  );
  expect(lines.map((line) => JSON.parse(line))).toEqual([
    expect.objectContaining({ level: 40, count: 4001 }),
  ]);
  expect(watched.totalCount).toBe(1);
  expect(statements.count).toBe(10);
  await tell(refusals, machine.clientId, 'wrong_secret');
  expect(await reasonsOf(admin, machine)).toEqual(['wrong_secret']);
  await watched.end();
  await proxy.close();
});

test('a denial that could not be recorded fails no request, and the next one is recorded', async () => {
  const admin = await somebody(gateway);
  const machine = await createMachine(admin);
  const proxy = await createProxy(gateway.databaseUrl);
  const weak = new Pool({ connectionString: proxy.url, connectionTimeoutMillis: 500 });
  weak.on('error', () => {});
  const lines: string[] = [];
  const refusals = new Refusals(weak, pino({ level: 'info' }, { write: (line) => lines.push(line) }));
  await proxy.refuse();
  await tell(refusals, machine.clientId, 'wrong_secret');
  expect(lines.map((line) => JSON.parse(line))).toEqual([
    expect.objectContaining({ level: 50, reason: 'ECONNREFUSED', count: 1 }),
  ]);
  await proxy.pass();
  await tell(refusals, machine.clientId, 'wrong_secret');
  expect(await reasonsOf(admin, machine)).toEqual(['wrong_secret']);
  await weak.end();
  await proxy.close();
});

test('an answer does not wait for the audit log', async () => {
  const admin = await somebody(gateway);
  const machine = await createMachine(admin);
  const holder = new Client({ connectionString: gateway.databaseUrl });
  await holder.connect();
  await holder.query('begin');
  await holder.query('lock table audit_event in exclusive mode');
  const { status } = await askToken(gateway, { ...machine, clientSecret: wrongSecret });
  expect(status).toBe(401);
  expect(await untilLocked(gateway)).toBe(1);
  await holder.query('rollback');
  await holder.end();
  const reasons = await until(
    () => reasonsOf(admin, machine),
    ({ length }) => length > 0,
  );
  expect(reasons).toEqual(['wrong_secret']);
});
