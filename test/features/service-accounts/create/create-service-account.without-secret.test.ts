import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type Somebody, somebody } from '../../../harness/admin.js';
import { type Answer, type Gateway, startGateway } from '../../../harness/gateway.js';
import { isReplay, newKey } from '../../../platform/idempotency/keyed.js';

let gateway: Gateway;
let admin: Somebody;
beforeAll(async () => {
  gateway = await startGateway();
  admin = await somebody(gateway);
});
afterAll(() => gateway.close());

interface Created {
  code: string;
  id: string;
  clientSecret: string | null;
  details?: unknown;
  message?: string;
  answer: Answer;
}

type Create = (input: object, more?: Record<string, string>) => Promise<Created>;

const create: Record<'GraphQL' | 'REST', Create> = {
  GraphQL: async (input, more) => {
    const answer = await admin.graphql(
      `mutation ($input: CreateServiceAccountInput) {
        createServiceAccount(input: $input) { serviceAccount { id } clientSecret } }`,
      { input },
      more,
    );
    const { serviceAccount, clientSecret } = answer.body.data.createServiceAccount ?? {};
    const { message, extensions } = answer.body.errors?.[0] ?? {};
    return { code: 'OK', id: serviceAccount?.id, clientSecret, message, ...extensions, answer };
  },
  REST: async (input, more) => {
    const answer = await admin.rest('POST', '/create', input, more);
    const { code = 'OK', data, message, details } = answer.body;
    return { code, id: data?.id, clientSecret: data?.clientSecret, message, details, answer };
  },
};

const secretsOf = (id: string) =>
  gateway.sql('select from service_account_secret where service_account_id = $1', [id.slice(3)]);

describe.each(['GraphQL', 'REST'] as const)('over %s', (transport) => {
  const make: Create = (...args) => create[transport](...args);

  test('an account is created without a secret', async () => {
    const { id, clientSecret } = await make({ withoutSecret: true });
    expect(clientSecret).toBeNull();
    expect(await secretsOf(id)).toEqual([]);
    expect((await admin.rest('GET', `/${id}`)).body.data).toMatchObject({ id, status: 'active', version: 1 });
    const events = await gateway.sql('select action, after from audit_event where target = $1', [id]);
    expect(events).toMatchObject([{ action: 'service_account.create', after: { secret: null } }]);
  });

  test.each([false, null])('with %s, an account has a secret', async (withoutSecret) => {
    const { id, clientSecret } = await make({ withoutSecret });
    expect(clientSecret).toMatch(/^sa_secret_/);
    expect(await secretsOf(id)).toHaveLength(1);
  });

  test('the account can get a secret later', async () => {
    const { id } = await make({ withoutSecret: true });
    const { body } = await admin.rest('POST', `/${id}/secret`);
    expect(body.data.clientSecret).toMatch(/^sa_secret_/);
    expect(await secretsOf(id)).toHaveLength(1);
  });

  test('a retry gets the same account, and null again', async () => {
    const more = { 'idempotency-key': newKey() };
    const first = await make({ withoutSecret: true, name: `once over ${transport}` }, more);
    const retry = await make({ withoutSecret: true, name: `once over ${transport}` }, more);
    expect(first).toMatchObject({ code: 'OK', clientSecret: null });
    expect(retry.answer.body.data).toEqual(first.answer.body.data);
    expect([first, retry].map(({ answer }) => isReplay(answer))).toEqual([false, true]);
    expect(await secretsOf(first.id)).toEqual([]);
    const replays = await gateway.sql('select target from audit_event where action = $1 and target = $2', [
      'service_account.create.replay',
      first.id,
    ]);
    expect(replays).toHaveLength(1);
  });

  test('a retry after the account was deleted is a conflict', async () => {
    const more = { 'idempotency-key': newKey() };
    const { id } = await make({ withoutSecret: true }, more);
    await admin.rest('DELETE', `/${id}`);
    expect(await make({ withoutSecret: true }, more)).toMatchObject({
      code: 'CONFLICT',
      message:
        'idempotencyKey: the service account in the first response is no longer valid; use a new key to create another one',
      details: { field: 'idempotencyKey' },
    });
  });

  test.each([
    [{ withoutSecret: true }, {}],
    [{}, { withoutSecret: true }],
  ])('the same key with %j and then %j is refused', async (one, other) => {
    const more = { 'idempotency-key': newKey() };
    expect(await make(one, more)).toMatchObject({ code: 'OK' });
    expect(await make(other, more)).toMatchObject({ code: 'IDEMPOTENCY_KEY_REUSED' });
  });

  test('false, null and nothing are the same input', async () => {
    const more = { 'idempotency-key': newKey() };
    const created = [];
    for (const input of [{}, { withoutSecret: false }, { withoutSecret: null }])
      created.push(await make(input, more));
    expect(new Set(created.map(({ id }) => id)).size).toBe(1);
    expect(new Set(created.map(({ clientSecret }) => clientSecret)).size).toBe(1);
  });

  test('a name that is taken is still a conflict', async () => {
    const { name } = await admin.create();
    expect(await make({ withoutSecret: true, name })).toMatchObject({
      code: 'CONFLICT',
      details: { field: 'name' },
    });
  });
});

test('over REST, the answer has all documented fields in their order', async () => {
  const documented = JSON.parse(readFileSync('test/api/rest/documented-response.json', 'utf8'));
  const { body } = await admin.rest('POST', '/create', { withoutSecret: true });
  expect(Object.keys(body)).toEqual(Object.keys(documented));
  expect(Object.keys(body.data)).toEqual(Object.keys(documented.data));
});

test('the limit of the tenant counts accounts without a secret', async () => {
  const full = await somebody(gateway, await gateway.createTenant({ limit: 1 }));
  const answers = [
    await full.rest('POST', '/create', { withoutSecret: true }),
    await full.rest('POST', '/create', { withoutSecret: true }),
  ];
  expect(answers.map(({ status }) => status)).toEqual([200, 409]);
  expect(answers[1]?.body).toMatchObject({ code: 'LIMIT_REACHED', details: { limit: 1, count: 1 } });
});

test('one of many at the same time with one key is created', async () => {
  const more = { 'idempotency-key': newKey() };
  const created = await Promise.all(
    Array.from({ length: 6 }, () => create.REST({ withoutSecret: true }, more)),
  );
  expect(new Set(created.map(({ id }) => id)).size).toBe(1);
});
