import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { moveClock, restoreClock } from '../../harness/clock.js';
import { type Gateway, startGateway } from '../../harness/gateway.js';
import { countsOf, isReplay, keyedAdmin } from './keyed.js';

let gateway: Gateway;
beforeAll(async () => {
  gateway = await startGateway();
});
afterAll(() => gateway.close());

const mutation = `mutation Create($input: CreateServiceAccountInput, $key: String) {
  createServiceAccount(input: $input, idempotencyKey: $key) {
    clientSecret serviceAccount { id name labels { key value } createdAt expiresAt tenant { remaining } }
  }
}`;

test('a retry over REST gets the first answer, secret included, and says that it is one', async () => {
  const { headers, tenant } = await keyedAdmin(gateway);
  const first = await gateway.create(headers, {
    name: 'export',
    labels: [{ key: 'team', value: 'billing' }],
  });
  const retry = await gateway.create(headers, {
    name: 'export',
    labels: [{ key: 'team', value: 'billing' }],
  });
  expect([first, retry].map(({ status }) => status)).toEqual([200, 200]);
  expect(Object.entries(retry.body.data)).toEqual(Object.entries(first.body.data));
  expect([first, retry].map(isReplay)).toEqual([false, true]);
  expect(retry.headers.get('cache-control')).toBe('no-store');
  expect(await countsOf(gateway, tenant)).toEqual({ count: 1, rows: 1 });
});

test('a retry gets labels as they were, whatever their keys are called', async () => {
  const { plain, key } = await keyedAdmin(gateway);
  const labels = [
    { key: 'reviewedAt', value: 'never' },
    { key: 'seenAt', value: '2026-01-01T00:00:00Z' },
  ];
  const [first, retry] = [
    await gateway.graphql(plain, mutation, { input: { labels }, key }),
    await gateway.graphql(plain, mutation, { input: { labels }, key }),
  ];
  expect(first.body.data.createServiceAccount.serviceAccount.labels).toEqual(labels);
  expect(retry.body).toEqual(first.body);
});

test('a retry over GraphQL gets the first answer by the argument, dates and counts as they were', async () => {
  const { plain, key } = await keyedAdmin(gateway);
  const input = { labels: [{ key: 'b', value: '2' }], expiresAt: '2090-01-01T00:00:00Z' };
  const first = await gateway.graphql(plain, mutation, { input, key });
  await gateway.create(plain);
  const retry = await gateway.graphql(plain, mutation, { input, key });
  expect(first.body.data.createServiceAccount).toMatchObject({
    clientSecret: expect.stringMatching(/^sa_secret_/),
    serviceAccount: { expiresAt: '2090-01-01T00:00:00.000Z', tenant: { remaining: 99 } },
  });
  expect(retry.body).toEqual(first.body);
  expect([first, retry].map(isReplay)).toEqual([false, true]);
  expect(retry.headers.get('cache-control')).toContain('no-store');
});

const told = 'clientSecret serviceAccount { id tenant { id createdAt } }';
const asking: [string, string][] = [
  [
    'createServiceAccount',
    `mutation ($key: String) { createServiceAccount(idempotencyKey: $key) { ${told} } }`,
  ],
  [
    'rotateServiceAccountSecret',
    `mutation ($key: String, $id: ID!) {
      rotateServiceAccountSecret(input: { id: $id }, idempotencyKey: $key) { ${told} }
    }`,
  ],
];

test.each(asking)('%s tells of what the version before did not store', async (field, document) => {
  const { plain, key } = await keyedAdmin(gateway);
  const { id } = (await gateway.create(plain)).body.data;
  const needed = document.includes('$id') ? { key, id } : { key };
  const first = await gateway.graphql(plain, document, needed);
  const { tenant } = first.body.data[field].serviceAccount;
  expect(tenant.createdAt).toBe(
    (await gateway.sql('select created_at from tenant where id = $1', [tenant.id]))[0]?.created_at.toJSON(),
  );
  const stored = await gateway.sql(
    `update idempotency_key set answer = (answer - 'tenantCreatedAt') #- '{serviceAccount,tenant,createdAt}'
     where coalesce(answer ->> 'tenantId', answer #>> '{serviceAccount,tenant,id}') = $1 returning hash`,
    [tenant.id],
  );
  expect(stored).toHaveLength(1);
  const retry = await gateway.graphql(plain, document, needed);
  expect(retry.body).toEqual(first.body);
  expect(isReplay(retry)).toBe(true);
});

test('the header and the argument are one key, on both transports', async () => {
  const { plain, headers, key } = await keyedAdmin(gateway);
  const rest = await gateway.create(headers);
  const byArgument = await gateway.graphql(plain, mutation, { key });
  const byHeader = await gateway.graphql(headers, mutation);
  const byBoth = await gateway.graphql(headers, mutation, { key });
  const quoted = await gateway.create({ ...plain, 'idempotency-key': `"${key}"` });
  const quotedArgument = await gateway.graphql(plain, mutation, { key: `"${key}"` });
  for (const { body } of [byArgument, byHeader, byBoth, quotedArgument]) {
    expect(body.data.createServiceAccount.clientSecret).toBe(rest.body.data.clientSecret);
  }
  expect(quoted.body.data).toEqual(rest.body.data);
});

test('the same input in other words is the same input', async () => {
  const { headers } = await keyedAdmin(gateway);
  const [first, ...others] = [
    await gateway.create(headers, {
      name: 'caf\u00e9',
      labels: [
        { key: 'a', value: '1' },
        { key: 'b', value: '2' },
      ],
      permissions: ['api:read', 'api:write'],
      expiresAt: '2090-01-01T00:00:00Z',
    }),
    await gateway.create(headers, {
      permissions: ['api:write', 'api:read'],
      expiresAt: '2090-01-01T01:00:00+01:00',
      labels: [
        { value: '2', key: 'b' },
        { value: '1', key: 'a' },
      ],
      description: null,
      name: 'cafe\u0301',
    }),
  ];
  expect(first?.status).toBe(200);
  for (const answer of others) expect(answer.body.data).toEqual(first?.body.data);
});

test('no body, {} and null are one input', async () => {
  const { headers } = await keyedAdmin(gateway);
  const answers = [
    await gateway.create(headers),
    await gateway.create(headers, {}),
    await gateway.create(headers, null),
  ];
  expect(new Set(answers.map(({ body }) => body.data.id)).size).toBe(1);
});

describe('a retry gets a response although, since then,', () => {
  test('the tenant is full', async () => {
    const { headers } = await keyedAdmin(gateway, { limit: 1 });
    const first = await gateway.create(headers);
    expect((await gateway.create(headers)).body.data).toEqual(first.body.data);
  });

  test('the account has the name that it asks for', async () => {
    const { headers } = await keyedAdmin(gateway);
    const first = await gateway.create(headers, { name: 'export' });
    expect((await gateway.create(headers, { name: 'export' })).body.data).toEqual(first.body.data);
  });

  test('the expiry that it asks for is past', async () => {
    moveClock(-120);
    const { headers } = await keyedAdmin(gateway);
    const expiresAt = new Date(Date.now() + 60_000).toISOString();
    const first = await gateway.create(headers, { expiresAt });
    restoreClock();
    expect(first.status).toBe(200);
    expect(new Date(expiresAt) < new Date()).toBe(true);
    expect((await gateway.create(headers, { expiresAt })).body.data).toEqual(first.body.data);
  });

  test('the account has another name, or is disabled: the answer is the first one', async () => {
    const { headers, tenant } = await keyedAdmin(gateway);
    const first = await gateway.create(headers);
    await gateway.sql(
      `update service_account set name = 'renamed', status = 'disabled' where tenant_id = $1`,
      [tenant],
    );
    expect((await gateway.create(headers)).body.data).toEqual(first.body.data);
  });
});

describe('a key is another one', () => {
  test('for another caller', async () => {
    const { headers, tenant } = await keyedAdmin(gateway);
    const claims = { sub: 'another user', roles: ['tenant_admin'], tenants: [tenant] };
    const other = { ...headers, authorization: `Bearer ${await gateway.issuer.sign(claims)}` };
    const answers = [await gateway.create(headers), await gateway.create(other)];
    expect(new Set(answers.map(({ body }) => body.data.id)).size).toBe(2);
  });

  test('for the same subject of another realm', async () => {
    const tenant = await gateway.createTenant({ id: gateway.partnerTenant });
    const claims = { sub: 'the same', roles: ['tenant_admin'], tenants: [tenant] };
    const { key } = await keyedAdmin(gateway);
    const common = { 'x-tenantid': tenant, 'idempotency-key': key };
    const answers = [
      await gateway.create({ ...common, authorization: `Bearer ${await gateway.issuer.sign(claims)}` }),
      await gateway.create({
        ...common,
        authorization: `Bearer ${await gateway.partner.sign(claims)}`,
        realmname: 'partner',
      }),
    ];
    expect(new Set(answers.map(({ body }) => body.data.id)).size).toBe(2);
  });

  test('in another tenant', async () => {
    const [one, two] = [await keyedAdmin(gateway), await keyedAdmin(gateway)];
    const answers = [
      await gateway.create(one.headers),
      await gateway.create({ ...two.headers, 'idempotency-key': one.key }),
    ];
    expect(answers.map(({ body }) => body.data.tenant.id)).toEqual([one.tenant, two.tenant]);
  });
});

test('without a key every call creates an account', async () => {
  const { plain, tenant } = await keyedAdmin(gateway);
  const answers = [await gateway.create(plain), await gateway.create(plain)];
  expect(answers.map(isReplay)).toEqual([false, false]);
  expect(await countsOf(gateway, tenant)).toEqual({ count: 2, rows: 2 });
});

test('a replay is audited, as what it is', async () => {
  const { headers, tenant } = await keyedAdmin(gateway);
  const first = await gateway.create(headers);
  const retry = await gateway.create({ ...headers, 'user-agent': 'retrier' });
  const events = await gateway.sql(
    `select action, target, outcome, caller_id, request_id, user_agent from audit_event
     where tenant_id = $1 order by occurred_at`,
    [tenant],
  );
  expect(events).toHaveLength(2);
  expect(events[1]).toEqual({
    action: 'service_account.create.replay',
    target: first.body.data.id,
    outcome: 'success',
    caller_id: 'a tenant_admin',
    request_id: retry.headers.get('x-request-id'),
    user_agent: 'retrier',
  });
});
