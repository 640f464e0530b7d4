import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { JWTPayload } from 'jose';
import type { Gateway } from '../../harness/gateway.js';
import { startGatewayWith } from '../../harness/gateway-with.js';
import { createIssuer, type Issuer } from '../../harness/issuer.js';

const tenant = randomUUID();
let acme: Issuer;
let gateway: Gateway;

/** The claims settings of realms with the same issuer, which differ in where they look for claims. */
const claims: Record<string, Record<string, string>> = {
  plain: {},
  keycloak: { roles: 'realm_access.roles', tenants: 'tenancy.ids', name: 'profile.full.name', email: 'mail' },
  auth0: { roles: 'https://example.com/roles' },
  zitadel: { roles: 'urn:zitadel:iam:org:project:roles' },
  prototype: { name: 'constructor.name', email: '__proto__.constructor.name' },
  inherited: { roles: '__proto__.roles', tenants: 'constructor' },
};

beforeAll(async () => {
  acme = await createIssuer('acme');
  const rows = Object.entries(claims).map(([name, mapping]) => [name, { issuer: acme, claims: mapping }]);
  gateway = await startGatewayWith(Object.fromEntries(rows));
  await gateway.createTenant({ id: tenant });
});
afterAll(() => gateway.close());

const headers = async (token: JWTPayload, realmname = 'plain') => ({
  authorization: `Bearer ${await acme.sign(token)}`,
  'x-tenantid': tenant,
  realmname,
});

const query = '{ viewer { name email roles tenants { id } } }';
const admin = { roles: 'tenant_admin', tenants: [tenant] };
const isAdmin = { roles: ['TENANT_ADMIN'] };
const keycloak = { realm_access: { roles: ['tenant_admin'] }, tenancy: { ids: tenant } };
const nameless = { name: null, email: null };

// biome-ignore format: each row stays on its line
const read: [string, string, JWTPayload, object][] = [
  ['a list', 'plain', { ...admin, roles: ['tenant_admin', 'another', 7, null] }, isAdmin],
  ['a string with spaces', 'plain', { ...admin, roles: 'openid tenant_admin another' }, isAdmin],
  ['a dotted path', 'keycloak', keycloak, isAdmin],
  ['a dotted path to tenants', 'keycloak', { ...keycloak, tenancy: { ids: tenant } }, { tenants: [{ id: tenant }] }],
  ['a dotted path to the name', 'keycloak', { ...keycloak, profile: { full: { name: 'Ada' } }, mail: 'a@b.c' }, { name: 'Ada', email: 'a@b.c' }],
  ['a name with dots and slashes', 'auth0', { ...admin, 'https://example.com/roles': ['tenant_admin'] }, isAdmin],
  ["an object's keys", 'zitadel', { ...admin, 'urn:zitadel:iam:org:project:roles': { tenant_admin: { '1': 'acme' } } }, isAdmin],
  ['the UUIDs among the tenants', 'plain', { ...admin, tenants: ['*', 'acme', `${tenant}0`, tenant] }, { tenants: [{ id: tenant }] }],
  ['tenants in capitals', 'plain', { ...admin, tenants: [tenant.toUpperCase()] }, { tenants: [{ id: tenant }] }],
  ['no name and no email', 'plain', admin, nameless],
  ['names that are no text', 'plain', { ...admin, name: { first: 'Ada' }, email: ['ada@example.com'] }, nameless],
  ['no path through what every object inherits', 'prototype', admin, nameless],
  ['a name without its control characters', 'plain', { ...admin, name: 'A\u0000d\u202ea\u2028\n', email: '\u0007' }, { name: 'Ada', email: null }],
  ['a name with the joiners of its script', 'plain', { ...admin, name: 'Ali \u0645\u06cc\u200c\u062e \u{1f469}\u200d\u{1f4bb}' }, { name: 'Ali \u0645\u06cc\u200c\u062e \u{1f469}\u200d\u{1f4bb}' }],
  ['a name without joiners at its end', 'plain', { ...admin, name: '\u200d\u0645 \u200d\u062e\u200c' }, { name: '\u0645 \u062e' }],
  ['a name with characters that Unicode adds later', 'plain', { ...admin, name: 'A\u{323b0}' }, { name: 'A\u{323b0}' }],
  ['the first 255 characters of a name', 'plain', { ...admin, name: '😀'.repeat(300) }, { name: '😀'.repeat(255) }],
];

test.each(read)('claims are read from %s', async (_name, realm, token, expected) => {
  const { body } = await gateway.graphql(await headers(token, realm), query);
  expect(body.data.viewer).toMatchObject(expected);
});

test.each<[string, string, JWTPayload]>([
  ['a role in another case', 'plain', { roles: ['TENANT_ADMIN'] }],
  ['a role inside another word', 'plain', { roles: 'not_tenant_admin tenant_admin_not' }],
  ['a role that every object has', 'plain', { roles: ['constructor', '__proto__'] }],
  ['no roles', 'plain', {}],
  ['true', 'plain', { roles: true }],
  ['a path that ends early', 'keycloak', { realm_access: 'tenant_admin' }],
  ['a path through null', 'keycloak', { realm_access: null }],
  ['the claim that another realm reads', 'keycloak', admin],
  ['a path through what every object inherits', 'inherited', admin],
])('claims give no role for %s', async (_name, realm, token) => {
  const { status, body } = await gateway.graphql(await headers(token, realm), query);
  expect({ status, body }).toMatchObject({ status: 200, body: { data: { viewer: { roles: [] } } } });
  const { body: denied } = await gateway.graphql(
    await headers(token, realm),
    '{ permissions { totalCount } }',
  );
  expect(denied.errors[0].extensions.code).toBe('FORBIDDEN');
});

test('a name and an email that the token has not stand in the documented answer as null', async () => {
  const answer = await gateway.create(await headers({ roles: ['super_admin'] }));
  expect(answer.body.data.createdBy).toEqual({ id: 'somebody', name: null, email: null });
});
