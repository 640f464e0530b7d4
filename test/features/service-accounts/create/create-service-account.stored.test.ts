import { createHmac } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type Gateway, startGateway } from '../../../harness/gateway.js';

let gateway: Gateway;
let tenant: string;
let headers: Record<string, string>;
beforeAll(async () => {
  gateway = await startGateway();
  tenant = await gateway.createTenant();
  headers = await gateway.as('tenant_admin', tenant);
});
afterAll(() => gateway.close());

const stored = async (clientId: string) => {
  const [row] = await gateway.sql('select * from service_account where client_id = $1', [clientId]);
  return row;
};

test('every field is stored as it was given, with creator and tenant', async () => {
  const { body } = await gateway.create(headers, {
    name: 'Nightly export',
    description: 'Exports\nevery night',
    owner: 'Platform team',
    contact: 'platform@example.com',
    labels: [
      { key: 'team', value: 'platform' },
      { key: 'a', value: '' },
    ],
    permissions: ['api:write'],
    expiresAt: '2999-12-31T23:00:00.123Z',
    tokenLifetimeSeconds: 300,
    ipAllowlist: ['2001:db8::/32', '192.0.2.1'],
  });
  const { id, clientId, createdAt } = body.data;
  expect(await stored(clientId)).toEqual({
    id: id.slice(3),
    tenant_id: tenant,
    name: 'Nightly export',
    name_exempt: false,
    description: 'Exports\nevery night',
    owner: 'Platform team',
    contact: 'platform@example.com',
    labels: { team: 'platform', a: '' },
    client_id: clientId,
    status: 'active',
    permissions: ['api:write'],
    created_at: new Date(createdAt),
    created_by_realm: 'acme',
    created_by_id: 'a tenant_admin',
    created_by_name: 'Ada',
    created_by_email: 'ada@example.com',
    updated_at: new Date(createdAt),
    last_used_at: null,
    expires_at: new Date('2999-12-31T23:00:00.123Z'),
    token_lifetime_seconds: 300,
    ip_allowlist: ['2001:db8::/32', '192.0.2.1/32'],
    deleted_at: null,
    token_generation: 0,
    version: 1,
  });
});

test('an omitted field and null are stored as null or the default', async () => {
  const empty = {
    description: null,
    owner: null,
    contact: null,
    labels: null,
    permissions: null,
    expiresAt: null,
    tokenLifetimeSeconds: null,
    ipAllowlist: null,
  };
  for (const input of [undefined, empty]) {
    const { body } = await gateway.create(headers, input);
    expect(await stored(body.data.clientId)).toMatchObject({
      description: null,
      owner: null,
      contact: null,
      labels: {},
      permissions: ['api:read', 'api:write'],
      expires_at: null,
      token_lifetime_seconds: null,
    });
  }
});

test('the creator is the realm and the subject of the token, not a name', async () => {
  await gateway.createTenant({ id: gateway.partnerTenant });
  const claims = { sub: 'ada', name: 'Ada', roles: ['tenant_admin'], tenants: [gateway.partnerTenant] };
  const { body } = await gateway.create({
    authorization: `Bearer ${await gateway.partner.sign(claims)}`,
    realmname: 'partner',
    'x-tenantid': gateway.partnerTenant,
  });
  expect(await stored(body.data.clientId)).toMatchObject({
    created_by_realm: 'partner',
    created_by_id: 'ada',
  });
});

test('an account has one secret: its HMAC under the pepper, its hint, and the time of the account', async () => {
  const { body } = await gateway.create(headers);
  const { id, clientSecret, createdAt } = body.data;
  const [version = '', key = ''] = (gateway.env.SECRET_PEPPERS ?? '').split(':');
  const secrets = await gateway.sql('select * from service_account_secret where service_account_id = $1', [
    id.slice(3),
  ]);
  expect(secrets).toEqual([
    {
      id: expect.any(String),
      service_account_id: id.slice(3),
      hash: createHmac('sha256', Buffer.from(key, 'base64')).update(clientSecret).digest(),
      pepper_version: version,
      hint: clientSecret.slice(-4),
      created_at: new Date(createdAt),
      expires_at: null,
      revoked_at: null,
      last_used_at: null,
    },
  ]);
});

test('ids rise with time, so that new rows go to the end of the index', async () => {
  const ids: string[] = [];
  for (let round = 0; round < 5; round++) ids.push((await gateway.create(headers)).body.data.id);
  expect(ids).toEqual([...ids].sort());
});

test('with two peppers the last one hashes', async () => {
  const pepper = (byte: number) => Buffer.alloc(32, byte).toString('base64');
  const other = await startGateway({ SECRET_PEPPERS: `old:${pepper(1)},new:${pepper(2)}` });
  try {
    const { body } = await other.create(await other.as('tenant_admin', await other.createTenant()));
    const hash = createHmac('sha256', Buffer.alloc(32, 2)).update(body.data.clientSecret).digest();
    const rows = await other.sql('select hash, pepper_version from service_account_secret');
    expect(rows).toEqual([{ hash, pepper_version: 'new' }]);
  } finally {
    await other.close();
  }
});
