import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Gateway } from '../../harness/gateway.js';
import { createIssuer, type Issuer } from '../../harness/issuer.js';
import { blocksOf, readPage } from './pages.js';
import { faultsOf, type Json, renewed, signed, startWith } from './realms-of-page.js';
import { type Payload, type Recipe, recipesOf, superAdminOf, textOf, withText } from './recipes.js';

const page = readPage('docs/identity-provider-recipes.md');
const recipes = recipesOf(page);
const names = [
  'Keycloak: Groups of tenants',
  'Keycloak: Client roles and an attribute',
  'Keycloak: Organizations',
  'Zitadel',
  'Auth0',
  'Microsoft Entra ID: App roles',
  'Microsoft Entra ID: Security groups',
  'Microsoft Entra ID: Several directories',
  'Okta',
  'Amazon Cognito',
  'Google',
];
/** The products whose documentation shows a header without `typ`. */
const withoutTyp = ['Okta', 'Amazon Cognito'];

const create = 'mutation { createServiceAccount { serviceAccount { tenant { id } createdBy { id } } } }';
const list = '{ serviceAccounts { nodes { tenant { id } } } }';
const [createTenant = '', viewer = ''] = blocksOf(page)
  .filter(({ language }) => language === 'graphql')
  .map(({ text }) => text);

const codeOf = (answer: { body: Json }) => answer.body.errors?.[0].extensions.code;

test('the page has these recipes and no others', () => {
  expect(recipes.map(({ name }) => name)).toEqual(names);
});

test.each(recipes)('the realms file for $name is accepted, in production too', async ({ file }) => {
  expect(await faultsOf(JSON.stringify(file))).toEqual([]);
});

describe.each(recipes)('the recipe for $name', (recipe) => {
  let gateway: Gateway;
  let issuer: Issuer;
  let tenant: string;
  let other: string;

  beforeAll(async () => {
    issuer = await createIssuer('vendor', 'RS256');
    gateway = await startWith(recipe.file, issuer);
    other = await gateway.createTenant();
    const variables = { input: recipe.tenant };
    const { body } = await gateway.graphql(
      await headers(superAdminOf(recipe), other),
      createTenant,
      variables,
    );
    const { name, externalIds } = body.data.createTenant.tenant;
    expect({ name, externalIds: new Set(externalIds) }).toEqual({
      ...recipe.tenant,
      externalIds: new Set(recipe.tenant.externalIds),
    });
    tenant = body.data.createTenant.tenant.id;
  });
  afterAll(() => gateway.close());

  async function headers(payload: Payload = recipe.payloads[0], tenantId = tenant) {
    const typ = withoutTyp.includes(recipe.name) ? undefined : 'JWT';
    const token = await signed(issuer, renewed(payload), typ);
    return { authorization: `Bearer ${token}`, 'x-tenantid': tenantId };
  }

  test.each(recipe.payloads)('gives the documented role and tenant', async (payload) => {
    const { status, body } = await gateway.graphql(await headers(payload), viewer);
    expect({ status, body }).toEqual({ status: 200, body: recipe.response });
  });

  test('lets the administrator create and list service accounts of the tenant', async () => {
    const created = await gateway.graphql(await headers(), create);
    const account = { tenant: { id: tenant }, createdBy: { id: recipe.response.data.viewer.id } };
    expect(created.body).toEqual({ data: { createServiceAccount: { serviceAccount: account } } });
    const listed = await gateway.graphql(await headers(), list);
    expect(listed.body).toEqual({ data: { serviceAccounts: { nodes: [{ tenant: { id: tenant } }] } } });
    expect((await gateway.create(await headers())).status).toBe(200);
  });

  test('gives nothing in another tenant', async () => {
    const foreign = await headers(undefined, other);
    expect(codeOf(await gateway.graphql(foreign, create))).toBe('FORBIDDEN');
    expect((await gateway.create(foreign)).status).toBe(403);
  });

  test('gives nothing without a role', async () => {
    const nobody = await headers(withText(recipe, 'another role'));
    const { body } = await gateway.graphql(nobody, '{ viewer { roles everyTenant } }');
    expect(body).toEqual({ data: { viewer: { roles: [], everyTenant: false } } });
    expect(codeOf(await gateway.graphql(nobody, create))).toBe('FORBIDDEN');
    expect(codeOf(await gateway.graphql(nobody, list))).toBe('FORBIDDEN');
  });

  const { audienceClaim = 'aud', requiredClaims = {} } = recipe.realm;
  test.each([audienceClaim, ...Object.keys(requiredClaims)])('rejects another %s', async (claim) => {
    const payload = { ...recipe.payloads[0], [claim]: 'something else' };
    expect((await gateway.graphql(await headers(payload), viewer)).status).toBe(401);
  });

  test('lets a viewer only read', async () => {
    const reader = await headers(withText(recipe, textOf(recipe, 'tenant_viewer')));
    expect(codeOf(await gateway.graphql(reader, list))).toBeUndefined();
    expect(codeOf(await gateway.graphql(reader, create))).toBe('FORBIDDEN');
  });

  test('lets a super_admin act in every tenant', async () => {
    const everywhere = await headers(superAdminOf(recipe), other);
    expect(codeOf(await gateway.graphql(everywhere, create))).toBeUndefined();
  });
});

test('no customer in the recipe for several directories can appoint a super_admin', async () => {
  const recipe = recipes.find(({ realm, file }) => realm.name !== file.default) as Recipe;
  const [{ iss } = {}] = recipe.payloads;
  const issuer = await createIssuer('vendor', 'RS256');
  const gateway = await startWith(recipe.file, issuer);
  for (const text of ['super_admin', textOf({ ...recipe, realm: recipe.file.realms[0] }, 'super_admin')]) {
    const token = await signed(issuer, renewed({ ...withText(recipe, text), iss }));
    const headers = { authorization: `Bearer ${token}` };
    expect((await gateway.graphql(headers, '{ viewer { everyTenant } }')).body.data.viewer.everyTenant).toBe(
      false,
    );
  }
  await gateway.close();
});

test('the Action for Auth0 sets the claims of the payload, and those of no other API', async () => {
  const payload = recipes.find(({ name }) => name === 'Auth0')?.payloads[0];
  const code = blocksOf(page).find(({ language }) => language === 'js')?.text ?? '';
  const action: Json = {};
  new Function('exports', code)(action);
  const claims: Record<string, unknown> = {};
  const setCustomClaim = (name: string, value: unknown) => Object.assign(claims, { [name]: value });
  const user = { name: 'Ada Lovelace', email: 'ada@example.com' };
  const signIn = (identifier: unknown) =>
    action.onExecutePostLogin({ resource_server: { identifier }, user }, { accessToken: { setCustomClaim } });
  await signIn('https://another.example.com');
  expect(claims).toEqual({});
  await signIn([payload?.aud].flat()[0]);
  expect(Object.keys(claims)).toHaveLength(2);
  expect(payload).toMatchObject(claims);
});
