import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type Gateway, startGateway } from '../../../harness/gateway.js';
import { holdTenants } from '../../../harness/hold-tenants.js';
import { countsOf } from '../../../platform/idempotency/keyed.js';
import {
  administrator,
  administrators,
  createTogether,
  haveArrived,
  holdCreates,
  statusesOf,
  times,
  transactionsOf,
} from './create-together.js';

let gateway: Gateway;
beforeAll(async () => {
  gateway = await startGateway();
});
afterAll(() => gateway.close());

describe('an account that cannot be created takes no other along', () => {
  test.each<[string, string, (other: Awaited<ReturnType<typeof administrator>>) => Promise<object>]>([
    [
      'an unknown permission',
      '400 BAD_USER_INPUT',
      async ({ headers }) => ({ headers, body: { permissions: ['api:unknown'] } }),
    ],
    [
      'a restricted permission',
      '403 FORBIDDEN',
      async ({ headers }) => ({ headers, body: { permissions: ['restricted:grant'] } }),
    ],
    [
      'a tenant that is suspended',
      '409 TENANT_SUSPENDED',
      async () => administrator(gateway, { status: 'suspended' }),
    ],
    ['a tenant without a place', '409 LIMIT_REACHED', async () => administrator(gateway, { limit: 0 })],
    [
      'a name that is taken',
      '409 CONFLICT',
      async ({ headers }) => {
        await gateway.create(headers, { name: 'taken' });
        return { headers, body: { name: 'Taken' } };
      },
    ],
  ])('%s', async (_name, expected, fail) => {
    await gateway.sql(
      `insert into permission (name, description, restricted) values ('restricted:grant', '', true) on conflict do nothing`,
    );
    const admins = await administrators(gateway, 2);
    const bad = (await fail(admins[0] as (typeof admins)[0])) as {
      headers: Record<string, string>;
      body?: unknown;
    };
    const [one, two] = admins.map(({ headers }) => ({ headers }));
    const answers = await createTogether(
      gateway,
      [one, bad, two, two].map((call) => call as typeof bad),
    );
    expect(statusesOf(answers)).toEqual([200, Number(expected.slice(0, 3)), 200, 200]);
    expect(`${answers[1]?.status} ${answers[1]?.body.code}`).toBe(expected);
  });

  test('two spellings of one name, which violate the unique index', async () => {
    const [one, other] = await administrators(gateway, 2);
    const names = ['job A', 'job Ａ', 'job B'].map((name) => ({
      headers: one?.headers ?? {},
      body: { name },
    }));
    const answers = await createTogether(gateway, [{ headers: other?.headers ?? {} }, ...names]);
    expect(answers.map(({ body }) => body.code ?? 'created').sort()).toEqual([
      'CONFLICT',
      ...times(3, 'created'),
    ]);
    expect(await countsOf(gateway, one?.tenant ?? '')).toEqual({ count: 2, rows: 2 });
  });

  test('a tenant that another transaction has locked', async () => {
    const [held, ...others] = await administrators(gateway, 3);
    const letGo = await holdTenants(gateway, [held?.tenant ?? '']);
    const release = await holdCreates(gateway);
    const waiting = times(3, held?.headers ?? {}).map((headers) => gateway.create(headers));
    const served = others.map(({ headers }) => gateway.create(headers));
    await haveArrived(gateway);
    await release();
    expect(statusesOf(await Promise.all(served))).toEqual([200, 200]);
    // The statement has skipped the tenant. If it had waited and failed, each tenant would have its own transaction.
    expect(
      await transactionsOf(
        gateway,
        others.map(({ tenant }) => tenant),
      ),
    ).toBe(1);
    await letGo();
    expect(statusesOf(await Promise.all(waiting))).toEqual(times(3, 200));
    expect(await transactionsOf(gateway, [held?.tenant ?? ''])).toBe(1);
  });

  test('a statement whose connection is lost', async () => {
    const [admin] = await administrators(gateway, 1);
    const letGo = await holdCreates(gateway);
    const waiting = times(3, admin?.headers ?? {}).map((headers) => gateway.create(headers));
    await haveArrived(gateway);
    const lost = await gateway.sql(
      `select pg_terminate_backend(pid) from pg_stat_activity
       where datname = current_database() and wait_event_type = 'Lock'`,
    );
    expect(lost).toHaveLength(2);
    await letGo();
    expect(statusesOf(await Promise.all(waiting))).toEqual(times(3, 200));
  });
});
