import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { JWTPayload } from 'jose';
import type { Gateway } from '../../harness/gateway.js';
import { startGatewayWith } from '../../harness/gateway-with.js';
import { createIssuer } from '../../harness/issuer.js';

const tenant = randomUUID();
const other = randomUUID();

let gateway: Gateway;
beforeAll(async () => {
  const issuer = await createIssuer('acme');
  gateway = await startGatewayWith({
    plain: { issuer },
    byTenant: { issuer, claims: { tenantRoles: 'memberships' } },
  });
  await gateway.createTenant({ id: tenant });
  await gateway.createTenant({ id: other });
});
afterAll(() => gateway.close());

/** Returns the status of a request of the caller in the tenant, and what the caller may do anywhere. */
async function outcome(claims: JWTPayload, realmname = 'plain') {
  const headers = {
    authorization: `Bearer ${await gateway.issuer.sign(claims)}`,
    'x-tenantid': tenant,
    realmname,
  };
  const { body } = await gateway.graphql(
    headers,
    '{ viewer { everyTenant tenantRoles { tenant { id } roles } } }',
  );
  return { status: (await gateway.create(headers)).status, ...body.data.viewer };
}
const nothing = { status: 403, everyTenant: false, tenantRoles: [] };

/** Values that say that something is not so, or say nothing. */
const empty: [string, unknown][] = [
  ['null', null],
  ['false', false],
  ['true', true],
  ['0', 0],
  ['1', 1],
  ['an empty text', ''],
  ['an empty list', []],
  ['a list of nothing', [null, false, 0, '', {}, [], ['tenant_admin'], { tenant_admin: false }]],
];
/** Objects whose values are the same. Their keys are those of no form of a claim. */
const nested: [string, unknown][] = empty.map(([name, value]) => [
  `an object with ${name}`,
  { granted: value },
]);

const admin = { roles: ['tenant_admin'] };

test.each(empty)('a tenant is not granted by its ID with %s', async (_name, value) => {
  expect(await outcome({ ...admin, tenants: { [tenant]: value } })).toEqual(nothing);
});

test.each(empty.filter(([, value]) => value !== 0 && value !== 1))(
  'a tenant is not granted by an organization whose ID is %s',
  async (_name, id) => {
    expect(await outcome({ ...admin, tenants: { [tenant]: { id } } })).toEqual(nothing);
    expect(await outcome({ ...admin, tenants: [{ id, name: tenant, [tenant]: {} }] })).toEqual(nothing);
  },
);

test.each(empty)(
  'a tenant is not granted by a list with its ID inside of an object with %s',
  async (_name, value) => {
    expect(await outcome({ ...admin, tenants: [[tenant], { [tenant]: value }] })).toEqual(nothing);
  },
);

test('a tenant is granted by its ID with an object, as Keycloak has it', async () => {
  expect(await outcome({ ...admin, tenants: { [tenant]: {}, [other]: false } })).toEqual({
    status: 200,
    everyTenant: false,
    tenantRoles: [{ tenant: { id: tenant }, roles: ['TENANT_ADMIN'] }],
  });
});

test.each([...empty, ...nested, ['an empty object', {}]])(
  'no role is granted by its name with %s',
  async (_name, value) => {
    const claims = { roles: { super_admin: value, tenant_admin: value }, tenants: [tenant] };
    expect(await outcome(claims)).toEqual(nothing);
  },
);

test.each([...empty, ...nested, ['an empty object', {}]])(
  'no role in a tenant is granted by %s',
  async (_name, value) => {
    expect(await outcome({ memberships: { [tenant]: value } }, 'byTenant')).toEqual(nothing);
    expect(await outcome({ memberships: { [tenant]: { roles: value } } }, 'byTenant')).toEqual(nothing);
    expect(await outcome({ memberships: { tenant_admin: { [tenant]: value } } }, 'byTenant')).toEqual(
      nothing,
    );
  },
);

test.each([...empty, ...nested, ['an empty object', {}]])(
  'no role in a tenant is granted by %s beside a role in another tenant',
  async (_name, value) => {
    expect(
      await outcome({ memberships: { [other]: ['tenant_viewer'], [tenant]: value } }, 'byTenant'),
    ).toEqual({
      ...nothing,
      tenantRoles: [{ tenant: { id: other }, roles: ['TENANT_VIEWER'] }],
    });
  },
);
