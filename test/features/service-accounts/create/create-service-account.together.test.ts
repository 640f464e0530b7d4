import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { askToken } from '../../../api/oauth/machine.js';
import { type Gateway, startGateway } from '../../../harness/gateway.js';
import { countsOf, isReplay, newKey } from '../../../platform/idempotency/keyed.js';
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

describe('accounts that one statement creates', () => {
  test('share a transaction, and each has the answer of its request', async () => {
    const admins = await administrators(gateway, 3);
    const calls = admins.flatMap(({ headers }, one) =>
      [1, 2, 3, 4].map((n) => ({
        headers,
        body: { name: `name ${one} ${n}`, labels: [{ key: 'n', value: `${n}` }] },
      })),
    );
    const answers = await createTogether(gateway, calls);
    expect(statusesOf(answers)).toEqual(times(12, 200));
    expect(answers.map(({ body }) => body.data.name)).toEqual(calls.map(({ body }) => body.name));
    expect(
      await transactionsOf(
        gateway,
        admins.map(({ tenant }) => tenant),
      ),
    ).toBe(1);
    // Each client ID works with the secret of its answer.
    const tokens = await Promise.all(answers.map(({ body }) => askToken(gateway, body.data)));
    expect(statusesOf(tokens)).toEqual(times(12, 200));
  });

  test('have audit log entries, each with the request of its account', async () => {
    const { headers, tenant } = await administrator(gateway);
    const calls = [1, 2, 3, 4, 5].map((n) => ({
      headers: { ...headers, 'x-request-id': `request-${tenant}-${n}`, 'user-agent': `agent ${n}` },
    }));
    const answers = await createTogether(gateway, calls);
    const events = await gateway.sql(
      `select request_id, user_agent, target, after ->> 'name' as name from audit_event where tenant_id = $1 order by request_id`,
      [tenant],
    );
    expect(events).toEqual(
      answers.map(({ body }, index) => ({
        request_id: `request-${tenant}-${index + 1}`,
        user_agent: `agent ${index + 1}`,
        target: body.data.id,
        name: body.data.name,
      })),
    );
  });

  test('have automatic names that are numbered without gaps, beside names that requests give', async () => {
    const { headers } = await administrator(gateway);
    const bodies = [{}, { name: 'own' }, {}, {}];
    const answers = await createTogether(
      gateway,
      bodies.map((body) => ({ headers, body })),
    );
    const [own, first = '', ...others] = answers.map(({ body }) => body.data.name as string).sort();
    expect(own).toBe('own');
    expect(first).toMatch(/^service-account-\d{14}$/);
    expect(others).toEqual([`${first}-2`, `${first}-3`]);
  });

  test('count one after the other', async () => {
    const { headers, tenant } = await administrator(gateway);
    const letGo = await holdCreates(gateway);
    const create = () =>
      gateway.graphql(
        headers,
        'mutation { createServiceAccount { serviceAccount { tenant { serviceAccountCount } } } }',
      );
    const answers = times(4, undefined).map(create);
    await haveArrived(gateway);
    await letGo();
    const counts = (await Promise.all(answers)).map(
      ({ body }) => body.data.createServiceAccount.serviceAccount.tenant.serviceAccountCount,
    );
    expect(counts.sort()).toEqual([1, 2, 3, 4]);
    expect(await transactionsOf(gateway, [tenant])).toBe(1);
  });
});

test('of 12 requests in one statement those get a place for which the tenant has one', async () => {
  const [few, other] = [await administrator(gateway, { limit: 5 }), await administrator(gateway)];
  const answers = await createTogether(gateway, [
    ...times(12, { headers: few.headers }),
    { headers: other.headers },
  ]);
  expect(statusesOf(answers).sort()).toEqual([...times(6, 200), ...times(7, 409)]);
  const details = answers.filter(({ status }) => status === 409).map(({ body }) => [body.code, body.details]);
  expect(details).toEqual(times(7, ['LIMIT_REACHED', { limit: 5, count: 5 }]));
  expect(await countsOf(gateway, few.tenant)).toEqual({ count: 5, rows: 5 });
  expect(await transactionsOf(gateway, [few.tenant, other.tenant])).toBe(1);
});

describe('idempotency keys of requests in one statement', () => {
  test('a key that two requests have creates one account, and the other keys create theirs', async () => {
    const { headers, tenant } = await administrator(gateway);
    const keys = [newKey(), newKey(), newKey()];
    const order = [0, 1, 0, 2];
    const calls = order.map((index) => ({ headers: { ...headers, 'idempotency-key': keys[index] ?? '' } }));
    const answers = await createTogether(gateway, calls);
    expect(statusesOf(answers)).toEqual(times(4, 200));
    expect(answers.filter(isReplay)).toHaveLength(1);
    expect(answers[0]?.body.data).toEqual(answers[2]?.body.data);
    expect(await countsOf(gateway, tenant)).toEqual({ count: 3, rows: 3 });
  });

  test('a retry gets the answer of its request', async () => {
    const { headers } = await administrator(gateway);
    const calls = times(5, undefined).map(() => ({ headers: { ...headers, 'idempotency-key': newKey() } }));
    const answers = await createTogether(gateway, calls);
    const retries = await Promise.all(calls.map((call) => gateway.create(call.headers)));
    expect(retries.every(isReplay)).toBe(true);
    expect(retries.map(({ body }) => body.data)).toEqual(answers.map(({ body }) => body.data));
  });
});
