import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type Gateway, startGateway } from '../../harness/gateway.js';
import { type SuperAdmin, superAdmin, trailOf } from './super-admin.js';

interface ExternalId {
  realm: string;
  id: string;
}

let gateway: Gateway;
let operator: SuperAdmin;
beforeAll(async () => {
  gateway = await startGateway();
  operator = await superAdmin(gateway);
});
afterAll(() => gateway.close());

/** Makes an external ID that no other test uses. */
const inRealm = (realm: string, id = `org_${randomUUID()}`): ExternalId => ({ realm, id });

const create = async (externalIds: ExternalId[]): Promise<string> =>
  (await operator.rest('POST', '', { name: 'Acme', externalIds })).body.data.id;
const read = async (tenant: string) => (await operator.rest('GET', `/${tenant}`)).body.data.externalIds;
const update = (tenant: string, body: object) => operator.rest('PATCH', `/${tenant}`, body);

/** The external IDs of the first test, in order. */
const ordered = [
  inRealm('acme', 'Globex'),
  inRealm('acme', 'globex'),
  inRealm('acme', 'https://globex.example.com/?a=b'),
  inRealm('acme', 'cafe\u0301 \u{1f680}'),
  inRealm('acme', 'caf\u00e9 \u{1f680}'),
  inRealm('partner', 'globex'),
].sort((a, b) => Buffer.compare(Buffer.from(a.realm + a.id), Buffer.from(b.realm + b.id)));

describe('createTenant', () => {
  test('stores external IDs exactly as they are, ordered, and the audit log shows them', async () => {
    const { body } = await operator.rest('POST', '', {
      name: 'Globex',
      externalIds: ordered.toReversed(),
    });
    expect(body.data.externalIds).toEqual(ordered);
    expect(await read(body.data.id)).toEqual(ordered);
    expect(await trailOf(gateway, body.data.id)).toMatchObject([
      {
        action: 'tenant.create',
        before: null,
        after: { name: 'Globex', serviceAccountLimit: 100, externalIds: ordered },
      },
    ]);
  });

  test.each([undefined, null, []])(
    'with the external IDs %j creates a tenant without any',
    async (externalIds) => {
      const { body } = await operator.rest('POST', '', { name: 'Acme', externalIds });
      expect(body.data.externalIds).toEqual([]);
    },
  );

  test('with the external ID of another tenant is a conflict, and creates nothing', async () => {
    const [mine, taken] = [inRealm('acme'), inRealm('acme')];
    await create([taken]);
    const id = randomUUID();
    const { status, body } = await operator.rest('POST', '', {
      id,
      name: 'Acme',
      externalIds: [mine, taken],
    });
    expect({ status, code: body.code, message: body.message, details: body.details }).toEqual({
      status: 409,
      code: 'CONFLICT',
      message: `externalIds.1.id: another tenant has the external ID "${taken.id}" in the realm acme`,
      details: { field: 'externalIds.1.id' },
    });
    expect((await operator.rest('GET', `/${id}`)).status).toBe(404);
    expect(await trailOf(gateway, id)).toEqual([]);
    await create([mine]);
  });

  test('with the ID of another tenant is a conflict about that', async () => {
    const id = await create([]);
    const { body } = await operator.rest('POST', '', { id, name: 'Acme', externalIds: [inRealm('acme')] });
    expect(body).toMatchObject({ code: 'CONFLICT', details: { field: 'id' } });
    expect(await read(id)).toEqual([]);
  });
});

describe('updateTenant', () => {
  test('replaces all external IDs, keeps them if they are omitted, and removes them for an empty list', async () => {
    const [first, second, third] = ['1', '2', '3'].map((end) => inRealm('acme', `update-${end}`));
    const tenant = await create([first, second] as ExternalId[]);
    const replaced = await update(tenant, { externalIds: [third, second] });
    expect(replaced.body.data.externalIds).toEqual([second, third]);
    const kept = await update(tenant, { name: 'Globex' });
    expect(kept.body.data).toMatchObject({ name: 'Globex', externalIds: [second, third] });
    const removed = await update(tenant, { externalIds: [] });
    expect(removed.body.data.externalIds).toEqual([]);
    const by = { action: 'tenant.update', target: tenant, caller_id: 'a super_admin' };
    expect((await trailOf(gateway, tenant)).slice(1)).toEqual([
      { ...by, before: { externalIds: [first, second] }, after: { externalIds: [second, third] } },
      { ...by, before: { name: 'Acme' }, after: { name: 'Globex' } },
      { ...by, before: { externalIds: [second, third] }, after: { externalIds: [] } },
    ]);
  });

  test('with the same external IDs in another order changes and records nothing', async () => {
    const list = [inRealm('acme'), inRealm('acme'), inRealm('partner')];
    const tenant = await create(list);
    const before = await read(tenant);
    const { status, body } = await update(tenant, { name: 'Acme', externalIds: before.toReversed() });
    expect({ status, externalIds: body.data.externalIds }).toEqual({ status: 200, externalIds: before });
    expect(await trailOf(gateway, tenant)).toMatchObject([{ action: 'tenant.create' }]);
  });

  test('with null is refused, with what to send instead', async () => {
    const mine = inRealm('acme');
    const tenant = await create([mine]);
    const { status, body } = await update(tenant, { externalIds: null });
    expect({ status, message: body.message }).toEqual({
      status: 400,
      message:
        'externalIds: must not be null; omit the field to keep the external IDs, or use an empty list to remove them',
    });
    expect(await read(tenant)).toEqual([mine]);
  });

  test('with the external ID of another tenant is a conflict, and keeps all values', async () => {
    const [mine, next, taken] = [inRealm('acme'), inRealm('acme'), inRealm('partner')];
    await create([taken]);
    const tenant = await create([mine]);
    const before = (await operator.rest('GET', `/${tenant}`)).body.data;
    const { body } = await update(tenant, {
      name: 'Globex',
      serviceAccountLimit: 1,
      externalIds: [next, taken],
    });
    expect(body).toMatchObject({ code: 'CONFLICT', details: { field: 'externalIds.1.id' } });
    expect((await operator.rest('GET', `/${tenant}`)).body.data).toEqual(before);
    expect(await trailOf(gateway, tenant)).toMatchObject([{ action: 'tenant.create' }]);
    await create([next]);
  });

  test('gives an external ID to a tenant when another tenant gives it up', async () => {
    const mine = inRealm('acme');
    const [from, to] = [await create([mine]), await create([])];
    await update(from, { externalIds: [] });
    expect((await update(to, { externalIds: [mine] })).body.data.externalIds).toEqual([mine]);
  });

  test('takes the same text in another realm, and another case in the same realm', async () => {
    const { id } = inRealm('acme');
    await create([inRealm('acme', id)]);
    for (const free of [inRealm('partner', id), inRealm('acme', id.toUpperCase())])
      expect(await read(await create([free]))).toEqual([free]);
  });
});

test('the role is checked first, then the input, then the tenant, and the external IDs last', async () => {
  const taken = inRealm('acme');
  await create([taken]);
  const admin = await gateway.as('tenant_admin', randomUUID());
  const ask = async (headers: Record<string, string>, input: object) => {
    const mutation =
      'mutation ($input: UpdateTenantInput!) { updateTenant(input: $input) { tenant { id } } }';
    const { code, details } = (await gateway.graphql(headers, mutation, { input })).body.errors[0].extensions;
    return details ? `${code} ${details.field}` : code;
  };
  const wrong = { id: randomUUID(), externalIds: [taken, inRealm('nowhere')] };
  const missing = { id: randomUUID(), externalIds: [taken] };
  expect(await ask(admin, wrong)).toBe('FORBIDDEN');
  expect(await ask(operator.headers, wrong)).toBe('BAD_USER_INPUT externalIds.1.realm');
  expect(await ask(operator.headers, missing)).toBe('NOT_FOUND');
  expect(await ask(operator.headers, { ...missing, id: await create([]) })).toBe('CONFLICT externalIds.0.id');
});

test('an error about a realm lists the realms that are configured', async () => {
  const { body } = await operator.rest('POST', '', { name: 'Acme', externalIds: [inRealm('nowhere')] });
  expect(body.message).toBe(
    'externalIds.0.realm: must be the name of a realm in the realms file: acme, partner',
  );
});

test('an external ID of a deleted tenant is free, and the deletion shows it for the last time', async () => {
  const list = [inRealm('acme'), inRealm('partner')];
  const tenant = await create(list);
  const { body } = await operator.rest('DELETE', `/${tenant}`);
  expect(body.data.externalIds).toEqual(list);
  expect((await trailOf(gateway, tenant)).at(-1)).toMatchObject({
    action: 'tenant.delete',
    before: { externalIds: list },
  });
  expect(await gateway.sql('select from tenant_external_id where tenant_id = $1', [tenant])).toEqual([]);
  expect(await read(await create(list))).toEqual(list);
});

test('readers of a tenant see its external IDs', async () => {
  const mine = inRealm('acme');
  const tenant = await create([mine]);
  const viewer = await gateway.as('tenant_viewer', tenant);
  await gateway.create(await gateway.as('tenant_admin', tenant));
  const { body } = await gateway.graphql(
    viewer,
    `{ tenant { externalIds { realm id } } viewer { tenants { externalIds { realm id } } }
       serviceAccounts { nodes { tenant { externalIds { realm id } } } } }`,
  );
  const seen = { externalIds: [mine] };
  expect(body.data).toEqual({
    tenant: seen,
    viewer: { tenants: [seen] },
    serviceAccounts: { nodes: [{ tenant: seen }] },
  });
});
