import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type Gateway, startGateway } from '../../harness/gateway.js';
import { countsOf, isReplay, keyedAdmin, newKey } from './keyed.js';

let gateway: Gateway;
beforeAll(async () => {
  gateway = await startGateway();
});
afterAll(() => gateway.close());

const mutation = `mutation Create($input: CreateServiceAccountInput, $key: String) {
  createServiceAccount(input: $input, idempotencyKey: $key) { clientSecret }
}`;

describe('the same key with other input', () => {
  test.each([
    ['another name', { name: 'another' }],
    ['a description', { name: 'export', description: 'text' }],
    ['no name', {}],
    ['fewer permissions', { name: 'export', permissions: [] }],
    ['input that is not valid by itself', { name: '' }],
  ])('%s is refused with 422', async (_name, input) => {
    const { headers, tenant } = await keyedAdmin(gateway);
    await gateway.create(headers, { name: 'export' });
    expect(await gateway.create(headers, input)).toMatchObject({
      status: 422,
      body: {
        code: 'IDEMPOTENCY_KEY_REUSED',
        error: 'Idempotency key reused',
        message:
          'This idempotency key was already used with different input. Use a new key for a new request.',
      },
    });
    expect(await countsOf(gateway, tenant)).toEqual({ count: 1, rows: 1 });
  });

  test('is refused on GraphQL, and the first of two aliases stands', async () => {
    const { plain, key, tenant } = await keyedAdmin(gateway);
    const { body } = await gateway.graphql(
      plain,
      `mutation Two($key: String) {
        first: createServiceAccount(idempotencyKey: $key, input: { name: "a" }) { clientSecret }
        second: createServiceAccount(idempotencyKey: $key, input: { name: "b" }) { clientSecret }
      }`,
      { key },
    );
    expect(body.data).toEqual({ first: { clientSecret: expect.any(String) }, second: null });
    expect(body.errors).toMatchObject([{ path: ['second'], extensions: { code: 'IDEMPOTENCY_KEY_REUSED' } }]);
    expect(await countsOf(gateway, tenant)).toEqual({ count: 1, rows: 1 });
  });
});

describe('a key', () => {
  test.each([
    ['15 characters', 'a'.repeat(15), 400],
    ['16 characters', `${newKey()}`.slice(-16), 200],
    ['255 characters', newKey().padEnd(255, 'x'), 200],
    ['256 characters', 'a'.repeat(256), 400],
    ['a space in it', 'a key with spaces in it', 400],
    ['characters outside ASCII', 'clé-clé-clé-clé-clé', 400],
  ])('of %s: the header', async (_name, key, status) => {
    const { plain, tenant } = await keyedAdmin(gateway);
    const answer = await gateway.create({ ...plain, 'idempotency-key': key });
    expect(answer.status).toBe(status);
    if (status === 400) {
      expect(answer.body).toMatchObject({
        code: 'BAD_USER_INPUT',
        message: 'idempotency-key: must be 16 to 255 visible ASCII characters',
        details: { field: 'idempotency-key' },
      });
      expect(await countsOf(gateway, tenant)).toEqual({ count: 0, rows: 0 });
    }
  });

  test('that is too short: the argument', async () => {
    const { plain } = await keyedAdmin(gateway);
    const { body } = await gateway.graphql(plain, mutation, { key: 'short' });
    expect(body.errors).toMatchObject([
      { extensions: { code: 'BAD_USER_INPUT', details: { field: 'idempotencyKey' } } },
    ]);
  });

  test('that is empty counts as too short', async () => {
    const { plain } = await keyedAdmin(gateway);
    expect(await gateway.create({ ...plain, 'idempotency-key': '' })).toMatchObject({
      status: 400,
      body: { details: { field: 'idempotency-key' } },
    });
    const { body } = await gateway.graphql(plain, mutation, { key: '' });
    expect(body.errors).toMatchObject([{ extensions: { details: { field: 'idempotencyKey' } } }]);
  });

  test('that differs between header and argument is refused', async () => {
    const { headers, tenant } = await keyedAdmin(gateway);
    const { body } = await gateway.graphql(headers, mutation, { key: newKey() });
    expect(body.errors).toMatchObject([
      {
        message: 'idempotencyKey: must be the same as the idempotency-key header if both are given',
        extensions: { code: 'BAD_USER_INPUT', details: { field: 'idempotencyKey' } },
      },
    ]);
    expect(await countsOf(gateway, tenant)).toEqual({ count: 0, rows: 0 });
  });

  test('in the header is for one field: the second is reported, and the first stands', async () => {
    const { headers, tenant } = await keyedAdmin(gateway);
    const two = `mutation { a: createServiceAccount { clientSecret } b: createServiceAccount { clientSecret } }`;
    const { body } = await gateway.graphql(headers, two);
    expect(body.data).toEqual({ a: { clientSecret: expect.any(String) }, b: null });
    expect(body.errors).toMatchObject([
      { path: ['b'], extensions: { code: 'BAD_USER_INPUT', details: { field: 'idempotency-key' } } },
    ]);
    expect(await countsOf(gateway, tenant)).toEqual({ count: 1, rows: 1 });
  });

  test('that is the request id, too, is refused as an argument, since that id is stored', async () => {
    const { plain, key, tenant } = await keyedAdmin(gateway);
    // The test does not send this with the harness, which would remember the key and find it in the log.
    const response = await fetch(`${gateway.url}/graphql`, {
      method: 'POST',
      headers: { ...plain, 'content-type': 'application/json', 'x-request-id': key },
      body: JSON.stringify({ query: mutation, variables: { key } }),
    });
    expect(JSON.parse(await response.text()).errors).toMatchObject([
      { extensions: { code: 'BAD_USER_INPUT', details: { field: 'idempotencyKey' } } },
    ]);
    expect(await countsOf(gateway, tenant)).toEqual({ count: 0, rows: 0 });
  });

  test('is looked at after the role', async () => {
    const tenant = await gateway.createTenant();
    const viewer = await gateway.as('tenant_viewer', tenant);
    expect(await gateway.create({ ...viewer, 'idempotency-key': 'short' })).toMatchObject({ status: 403 });
  });
});

describe('a replay is refused', () => {
  test.each([
    ['the secret was revoked', 'update service_account_secret set revoked_at = now()'],
    ['the secret has expired', 'update service_account_secret set expires_at = now()'],
    ['the secret is deleted', 'delete from service_account_secret'],
    ['the account was deleted', `update service_account set status = 'deleted'`],
  ])('with CONFLICT when %s', async (_name, change) => {
    const { headers } = await keyedAdmin(gateway);
    await gateway.create(headers);
    await gateway.sql(change);
    const answer = await gateway.create(headers);
    expect(answer).toMatchObject({ status: 409, body: { code: 'CONFLICT' } });
    expect(isReplay(answer)).toBe(false);
    expect(JSON.stringify(answer.body)).not.toMatch(/sa_secret_/);
  });

  test('when the tenant was suspended', async () => {
    const { headers, tenant } = await keyedAdmin(gateway);
    await gateway.create(headers);
    await gateway.sql(`update tenant set status = 'suspended' where id = $1`, [tenant]);
    expect(await gateway.create(headers)).toMatchObject({ status: 409, body: { code: 'TENANT_SUSPENDED' } });
  });

  test('when the caller has lost the role, the tenant, or a valid token', async () => {
    const { headers, tenant } = await keyedAdmin(gateway);
    await gateway.create(headers);
    const as = async (claims: object) => ({
      ...headers,
      authorization: `Bearer ${await gateway.issuer.sign({ sub: 'a tenant_admin', ...claims })}`,
    });
    const other = await gateway.createTenant();
    const answers = [
      await gateway.create(await as({ roles: ['tenant_viewer'], tenants: [tenant] })),
      await gateway.create(await as({ roles: ['tenant_admin'], tenants: [other] })),
      await gateway.create({ ...headers, authorization: 'Bearer a.b.c' }),
    ];
    expect(answers.map(({ status }) => status)).toEqual([403, 403, 401]);
  });

  test('and is not audited as one', async () => {
    const { headers, tenant } = await keyedAdmin(gateway);
    await gateway.create(headers);
    await gateway.create(headers, { name: 'other' });
    await gateway.sql(`update service_account set status = 'deleted' where tenant_id = $1`, [tenant]);
    await gateway.create(headers);
    const events = await gateway.sql('select action from audit_event where tenant_id = $1', [tenant]);
    expect(events).toEqual([{ action: 'service_account.create' }]);
  });
});

describe('a failure is not stored: the key works as soon as the reason is removed', () => {
  test('a full tenant', async () => {
    const { headers, tenant } = await keyedAdmin(gateway, { limit: 0 });
    expect(await gateway.create(headers)).toMatchObject({ status: 409, body: { code: 'LIMIT_REACHED' } });
    await gateway.sql('update tenant set service_account_limit = 1 where id = $1', [tenant]);
    const answer = await gateway.create(headers);
    expect(answer.status).toBe(200);
    expect(isReplay(answer)).toBe(false);
  });

  test('input that was not valid', async () => {
    const { headers } = await keyedAdmin(gateway);
    expect(await gateway.create(headers, { name: '' })).toMatchObject({ status: 400 });
    expect(await gateway.create(headers, { name: 'export' })).toMatchObject({ status: 200 });
  });

  test('a tenant that did not exist', async () => {
    const { headers, tenant } = await keyedAdmin(gateway);
    await gateway.sql('delete from tenant where id = $1', [tenant]);
    expect(await gateway.create(headers)).toMatchObject({ status: 404 });
    await gateway.createTenant({ id: tenant });
    expect(await gateway.create(headers)).toMatchObject({ status: 200 });
  });
});
