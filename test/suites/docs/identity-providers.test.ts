import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type JWTPayload, SignJWT } from 'jose';
import { readRealmsFile } from '../../../src/platform/auth/realms/read-realms-file.js';
import { realmsFile } from '../../../src/platform/auth/realms/realms-file.js';
import { type Gateway, startGateway } from '../../harness/gateway.js';
import { createIssuer, type Issuer } from '../../harness/issuer.js';
import { blocksOf, parsePage, readPage, tablesOf } from './pages.js';

// biome-ignore lint/suspicious/noExplicitAny: the JSON of the page has several shapes
type Json = any;

interface Recipe {
  file: Json;
  payload: JWTPayload & { iat: number; exp: number };
  /** The documented response to the viewer query. */
  response: Json;
}

const page = readPage('docs/identity-providers.md');
const tables = tablesOf(page);
const folder = mkdtempSync(join(tmpdir(), 'identity-providers-'));
const publicUrl = 'https://gateway.example.com';
const vendors = ['Keycloak', 'Zitadel', 'Auth0', 'Microsoft Entra ID', 'Okta', 'Amazon Cognito'];
/** The vendors whose documentation shows a header without `typ`. */
const withoutTyp = ['Okta', 'Amazon Cognito'];
const create = 'mutation { createServiceAccount { serviceAccount { tenant { id } createdBy { id } } } }';
const list = '{ serviceAccounts { nodes { tenant { id } } } }';

afterAll(() => rmSync(folder, { recursive: true }));

const blocks = (text: string, language: string) =>
  blocksOf(parsePage(page.path, text))
    .filter((block) => block.language === language)
    .map((block) => block.text);

const sections = new Map(
  page.text.split(/^### /m).map((section) => [section.slice(0, section.indexOf('\n')), section]),
);

/** Returns the text of a vendor's recipe. */
function section(vendor: string): string {
  const text = sections.get(vendor);
  if (!text) throw new Error(`The page has no recipe for ${vendor}`);
  return text;
}

function recipeOf(vendor: string): Recipe {
  const [file, payload, response, ...more] = blocks(section(vendor), 'json').map((json) => JSON.parse(json));
  expect(more).toEqual([]);
  return { file, payload, response };
}

/** The query that the page tells an operator to send. */
const viewerQuery: string = JSON.parse(
  /--data '(\{ "query": "\{ viewer \{ realm .*\})'/.exec(page.text)?.[1] ?? '',
).query;

/** Starts a gateway with a realms file of the page, whose keys are those of the issuer. */
async function startWith(file: Json, { jwks }: Issuer, name: string): Promise<Gateway> {
  const realms = file.realms.map(({ jwksUri: _, ...realm }: Json) => ({ ...realm, jwks }));
  const path = join(folder, `${name}.json`);
  writeFileSync(path, JSON.stringify({ ...file, realms }));
  return startGateway({ REALMS_FILE: path, PUBLIC_URL: publicUrl });
}

/** Moves the times of a documented payload to now, so that the token is as old as it says. */
function renewed(payload: Recipe['payload']): JWTPayload {
  const ahead = Math.floor(Date.now() / 1000) - payload.iat;
  const times = ['iat', 'nbf', 'exp', 'auth_time'].filter((name) => name in payload);
  return { ...payload, ...Object.fromEntries(times.map((name) => [name, Number(payload[name]) + ahead])) };
}

const signed = ({ privateKey, jwks }: Issuer, payload: JWTPayload, typ?: string) =>
  new SignJWT(payload)
    .setProtectedHeader({ alg: 'RS256', kid: jwks.keys[0]?.kid, ...(typ && { typ }) })
    .sign(privateKey);

const codeOf = (answer: { body: Json }) => answer.body.errors?.[0].extensions.code;

test('every realms file on the page is accepted, in production too', () => {
  const files = blocks(page.text, 'json').filter((json) => 'realms' in JSON.parse(json));
  expect(files).toHaveLength(vendors.length + 2);
  for (const content of files) {
    const path = join(folder, 'realms.json');
    writeFileSync(path, content);
    expect(readRealmsFile(path, { url: publicUrl, production: true }).faults).toEqual([]);
  }
});

test('the reference describes every key of the realms file', () => {
  const realm = realmsFile.shape.realms.element.shape;
  const inner = ['claims', 'grants', 'login'].flatMap((key) => {
    const given = {
      claims: realm.claims.unwrap(),
      grants: realm.grants.unwrap(),
      login: realm.login.unwrap(),
    };
    return Object.keys(given[key as keyof typeof given].shape).map((name) => `${key}.${name}`);
  });
  const described = tables
    .filter(({ header }) => header[0]?.startsWith('Key'))
    .flatMap(({ rows }) => rows.flatMap(([key]) => key?.names ?? []));
  const keys = [...Object.keys(realmsFile.shape), ...Object.keys(realm), ...inner];
  expect(described.sort()).toEqual(keys.sort());
});

test('the reference names every algorithm', () => {
  const algorithms = realmsFile.shape.realms.element.shape.algorithms.unwrap().element.options;
  const named = /^Algorithms: (.*)\.$/m.exec(page.text)?.[1]?.split(/, | and /);
  expect(named).toEqual(algorithms);
});

test("the page has these vendors' recipes and no others", () => {
  const [, recipes = ''] = page.text.split(/^## Recipes$/m);
  expect([...recipes.matchAll(/^### (.*)$/gm)].map(([, name]) => name)).toEqual(vendors);
});

describe.each(vendors)('the recipe for %s', (vendor) => {
  let gateway: Gateway;
  let issuer: Issuer;
  let recipe: Recipe;
  let tenant: string;
  let other: string;

  beforeAll(async () => {
    recipe = recipeOf(vendor);
    const expected = recipe.response.data.viewer.tenants[0];
    issuer = await createIssuer('vendor', 'RS256');
    gateway = await startWith(recipe.file, issuer, vendor);
    tenant = await gateway.createTenant(expected);
    other = await gateway.createTenant();
  });
  afterAll(() => gateway.close());

  async function headers(payload: JWTPayload = renewed(recipe.payload), tenantId = tenant) {
    const typ = withoutTyp.includes(vendor) ? undefined : 'JWT';
    return { authorization: `Bearer ${await signed(issuer, payload, typ)}`, 'x-tenantid': tenantId };
  }

  /** Makes the headers of a caller whose token has another role than the documented one. */
  const withRole = (role: string) =>
    headers(renewed(JSON.parse(JSON.stringify(recipe.payload).replaceAll('tenant_admin', role))));

  test('gives the documented role and tenant', async () => {
    const { status, body } = await gateway.graphql(await headers(), viewerQuery);
    expect({ status, body }).toEqual({ status: 200, body: recipe.response });
  });

  test('lets the administrator create and list service accounts of the tenant', async () => {
    const created = await gateway.graphql(await headers(), create);
    const account = { tenant: { id: tenant }, createdBy: { id: recipe.payload.sub } };
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
    const nobody = await withRole('another_role');
    const { body } = await gateway.graphql(nobody, viewerQuery);
    expect(body.data.viewer).toMatchObject({ roles: [], everyTenant: false });
    expect(codeOf(await gateway.graphql(nobody, create))).toBe('FORBIDDEN');
    expect(codeOf(await gateway.graphql(nobody, list))).toBe('FORBIDDEN');
  });

  test('works with the other roles', async () => {
    const viewer = await withRole('tenant_viewer');
    expect(codeOf(await gateway.graphql(viewer, list))).toBeUndefined();
    expect(codeOf(await gateway.graphql(viewer, create))).toBe('FORBIDDEN');
    const superAdmin = { ...(await withRole('super_admin')), 'x-tenantid': other };
    expect(codeOf(await gateway.graphql(superAdmin, create))).toBeUndefined();
  });
});

test('the Action for Auth0 sets the claims of the payload, and those of no other API', async () => {
  const { payload } = recipeOf('Auth0');
  const [code = ''] = blocks(section('Auth0'), 'js');
  const action: Json = {};
  new Function('exports', code)(action);
  const claims: Record<string, unknown> = {};
  const api = {
    accessToken: {
      setCustomClaim: (name: string, value: unknown) => Object.assign(claims, { [name]: value }),
    },
  };
  const event = {
    resource_server: { identifier: 'https://another.example.com' },
    authorization: { roles: ['tenant_admin'] },
    user: {
      name: 'Ada Lovelace',
      email: 'ada@example.com',
      app_metadata: { tenants: ['9b2f7c1e-5d3a-4a86-8f0e-2c4d6b8a1e35'] },
    },
  };
  await action.onExecutePostLogin(event, api);
  expect(claims).toEqual({});
  await action.onExecutePostLogin(
    { ...event, resource_server: { identifier: [payload.aud].flat()[0] } },
    api,
  );
  expect(Object.keys(claims)).toHaveLength(4);
  expect(payload).toMatchObject(claims);
});

describe('a token is rejected', () => {
  let gateway: Gateway;
  let issuer: Issuer;
  let stranger: Issuer;
  let good: JWTPayload;

  beforeAll(async () => {
    [issuer, stranger] = await Promise.all([createIssuer('vendor', 'RS256'), createIssuer('other', 'RS256')]);
    const { file, payload } = recipeOf('Okta');
    good = renewed(payload);
    gateway = await startWith(file, issuer, 'rejected');
  });
  afterAll(() => gateway.close());

  const past = () => Math.floor(Date.now() / 1000) - 60;
  const hs256 = () =>
    new SignJWT(good)
      .setProtectedHeader({ alg: 'HS256' })
      .sign(new TextEncoder().encode(randomUUID().repeat(2)));

  /** The tokens of the table, in its order. */
  const tokens: (() => Promise<string>)[] = [
    () => signed(issuer, { ...good, iss: 'https://acme.okta.com' }),
    () => signed(issuer, { ...good, aud: 'api://default' }),
    () => signed(issuer, { ...good, aud: undefined }),
    () => signed(issuer, { ...good, sub: undefined }),
    () => signed(issuer, { ...good, exp: past() }),
    () => signed(issuer, { ...good, nbf: past() + 600 }),
    () => signed(stranger, good),
    () => signed({ ...stranger, jwks: issuer.jwks }, good),
    hs256,
  ];

  const reasons = tables
    .filter(({ header }) => header[0] === 'error_description')
    .flatMap(({ rows }) => rows.map(([reason]) => reason?.names[0] ?? ''));

  const challengeTo = async (token: string) => {
    const answer = await gateway.graphql({ authorization: `Bearer ${token}` }, viewerQuery);
    return { status: answer.status, challenge: answer.headers.get('www-authenticate') };
  };

  test('unless nothing is wrong with it', async () => {
    expect(await challengeTo(await signed(issuer, good))).toEqual({ status: 200, challenge: null });
  });

  test('for as many reasons as the page lists', () => {
    expect(reasons).toHaveLength(tokens.length);
  });

  test.each(reasons.map((reason, index) => ({ reason, index })))(
    'with the reason $reason',
    async ({ reason, index }) => {
      const token = await tokens[index]?.();
      expect(await challengeTo(token ?? '')).toEqual({
        status: 401,
        challenge: expect.stringContaining(`error_description="${reason}"`),
      });
    },
  );

  test.each(['application/okta-internal-at+jwt', 'logout+jwt'])('when its type is %s', async (typ) => {
    expect(await challengeTo(await signed(issuer, good, typ))).toMatchObject({ status: 401 });
  });

  test('but not when its type is that of RFC 9068', async () => {
    expect(await challengeTo(await signed(issuer, good, 'at+jwt'))).toMatchObject({ status: 200 });
  });
});
