import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { askToken } from '../../api/oauth/machine.js';
import { type Somebody, somebody } from '../../harness/admin.js';
import { type Answer, type Gateway, startGateway } from '../../harness/gateway.js';
import { holdTenants } from '../../harness/hold-tenants.js';
import { untilAvailable } from '../../harness/until-available.js';
import { untilLocked } from '../../harness/until-locked.js';
import { type PgBouncer, startPgBouncer } from './pgbouncer.js';

const update =
  'mutation ($input: UpdateServiceAccountInput!) { updateServiceAccount(input: $input) { serviceAccount { id } } }';
const list = '{ serviceAccounts(first: 20) { nodes { id } totalCount } }';

const variants = [
  ['transaction', 'auto', 'not prepared.'],
  ['session', 'auto', 'not prepared.'],
  ['session', 'on', 'prepared, as DATABASE_PREPARED=on requires.'],
] as const;

describe.each(variants)('PgBouncer in %s mode, with DATABASE_PREPARED=%s', (mode, prepared, prepares) => {
  let pgbouncer: PgBouncer;
  let gateway: Gateway;
  let admins: Somebody[];
  beforeAll(async () => {
    pgbouncer = await startPgBouncer(mode);
    gateway = await startGateway(
      { DATABASE_PREPARED: prepared },
      { by: async (url) => pgbouncer.through(url) },
    );
    admins = await Promise.all(Array.from({ length: 12 }, () => somebody(gateway)));
  });
  afterAll(async () => {
    await gateway?.close().finally(() => pgbouncer.close());
  });

  /** Sends 60 requests at the same time, five of each administrator. @returns how often each status came */
  async function sixty(send: (admin: Somebody, index: number) => Promise<Answer>) {
    const answers = await Promise.all(
      Array.from({ length: 60 }, (_, n) => untilAvailable(() => send(admins[n % 12] as Somebody, n))),
    );
    const outcomes = answers.map(({ status, body }) => (body.errors ? JSON.stringify(body.errors) : status));
    return Object.fromEntries(
      [...new Set(outcomes)].map((one) => [one, outcomes.filter((x) => x === one).length]),
    );
  }

  const accounts = async (tenant: string) =>
    (await gateway.sql('select name from service_account where tenant_id = $1', [tenant])).length;

  test('the log mentions the pooler', () => {
    const lines = gateway.log.filter((line) => line.includes('leads to a connection pooler'));
    expect(lines.map((line) => JSON.parse(line).msg)).toEqual([
      `DATABASE_URL leads to a connection pooler. Each transaction sets its time limits, and statements are ${prepares}`,
    ]);
  });

  test('60 creations, lists and updates at the same time all succeed', async () => {
    expect(await sixty((admin, n) => gateway.create(admin.headers, { name: `account-${n}` }))).toEqual({
      200: 60,
    });
    expect(await sixty((admin) => admin.graphql(list))).toEqual({ 200: 60 });
    const made = await Promise.all(admins.map((admin) => admin.create()));
    const input = (n: number) => ({ id: made[n % 12].id, description: `Changed by ${n}` });
    expect(await sixty((admin, n) => admin.graphql(update, { input: input(n) }))).toEqual({ 200: 60 });
  });

  test('60 requests for a token at the same time all succeed', async () => {
    const machines = await Promise.all(admins.map((admin) => admin.create()));
    expect(await sixty((_, n) => askToken(gateway, machines[n % 12]))).toEqual({ 200: 60 });
  });

  test('8 duplicates of a request with an idempotency key create one account and get one answer', async () => {
    const { headers, tenant } = await somebody(gateway);
    const keyed = { ...headers, 'idempotency-key': randomUUID() };
    const answers = await Promise.all(
      Array.from({ length: 8 }, () => gateway.create(keyed, { name: 'once' })),
    );
    expect(answers.map(({ status }) => status)).toEqual(Array(8).fill(200));
    expect(new Set(answers.map(({ body }) => JSON.stringify(body.data))).size).toBe(1);
    expect(await accounts(tenant)).toBe(1);
  });

  test('a creation that waits for a lock and gets a 503 is not committed when the lock is released', async () => {
    const { headers, tenant } = await somebody(gateway);
    const release = await holdTenants(gateway, [tenant]);
    const creating = gateway.create(headers);
    await untilLocked(gateway);
    expect((await creating).status).toBe(503);
    await release();
    // The next creation in the tenant would wait for a creation that is not committed yet.
    expect((await gateway.create(headers)).status).toBe(200);
    expect(await accounts(tenant)).toBe(1);
  });

  test('a creation that gets a 503 while PgBouncer hangs is not committed when PgBouncer continues', async () => {
    const { headers, tenant } = await somebody(gateway);
    // The first request of a caller also looks up its tenants.
    expect((await gateway.create(headers)).status).toBe(200);
    const goOn = pgbouncer.hang();
    try {
      expect((await gateway.create(headers)).status).toBe(503);
    } finally {
      goOn();
    }
    expect((await untilAvailable(() => gateway.create(headers))).status).toBe(200);
    expect(await accounts(tenant)).toBe(2);
  });
});
