import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { generateKeyPair, type JWTPayload, SignJWT } from 'jose';
import type { Gateway } from '../../harness/gateway.js';
import { startGatewayWith } from '../../harness/gateway-with.js';
import { createIssuer, type Issuer } from '../../harness/issuer.js';
import { es256, forge, powerfulClaims } from './forge.js';

const entra = 'https://login.microsoftonline.com';
const customer = randomUUID();
const partner = randomUUID();
const stranger = randomUUID();
const twin = randomUUID();
const cognito = { iss: 'https://cognito.example.com' };
const nested = { iss: 'https://nested.example.com' };

/** Returns a list that is nested too deeply for a function that calls itself. */
const deep = () => JSON.parse(`${'['.repeat(4000)}${']'.repeat(4000)}`);

let gateway: Gateway;
let acme: Issuer;
let other: Issuer;
let microsoft: Issuer;
/** A key of Microsoft that signs only tokens of the customer. */
let customerKey: Issuer;

beforeAll(async () => {
  [acme, other, microsoft, customerKey] = await Promise.all([
    createIssuer('acme'),
    createIssuer('other'),
    createIssuer('microsoft'),
    createIssuer('customer'),
  ]);
  const ofCustomer = { ...customerKey.jwks.keys[0], issuer: `${entra}/${customer}/v2.0` };
  const ofAll = { ...microsoft.jwks.keys[0], issuer: `${entra}/{tenantid}/v2.0` };
  gateway = await startGatewayWith({
    acme: { issuer: acme },
    apps: { issuer: acme, audience: ['api-1', 'api-2'] },
    cognito: { issuer: acme, as: cognito.iss, audience: 'app-1', audienceClaim: 'client_id' },
    nested: { issuer: acme, as: nested.iss, audience: 'app-1', audienceClaim: ['client', 'app.id'] },
    bearer: { issuer: acme, requiredClaims: { typ: 'Bearer', 'client.level': 2, verified: true } },
    id: { issuer: acme, acceptIdTokens: true },
    mixed: { issuer: acme, claims: { roles: 'urn:acme:roles', tenantRoles: 'urn:acme:roles' } },
    other: { issuer: other },
    labeled: {
      issuer: acme,
      jwks: { keys: [{ ...acme.jwks.keys[0], issuer: `${acme.issuer}/` }] },
    },
    directory: {
      issuer: microsoft,
      as: `${entra}/${stranger}/v2.0`,
      jwks: { keys: [ofAll, ofCustomer] },
    },
    version1: {
      issuer: microsoft,
      as: `https://sts.windows.net/${stranger}/`,
      jwks: { keys: [ofAll, ofCustomer] },
    },
    entra: {
      issuer: microsoft,
      as: `${entra}/{tenantid}/v2.0`,
      issuerTenants: [customer, partner],
      jwks: { keys: [ofAll, ofCustomer] },
    },
    entraToo: {
      issuer: microsoft,
      as: `${entra}/{tenantid}/v2.0`,
      issuerTenants: [twin],
      jwks: { keys: [ofAll] },
    },
    entraTwice: {
      issuer: microsoft,
      as: `${entra}/{tenantid}/v2.0`,
      issuerTenants: [twin],
      jwks: { keys: [ofAll] },
    },
  });
});
afterAll(() => gateway.close());

/** Sends a token, and returns the realm of the caller, or the reason for a rejection. */
async function outcome(token: string, realmname?: string): Promise<string> {
  const headers = { authorization: `Bearer ${token}`, ...(realmname !== undefined && { realmname }) };
  const { status, body } = await gateway.graphql(headers, '{ viewer { realm } }');
  return status === 200 ? body.data.viewer.realm : `${status}: ${body.errors[0].extensions.details.reason}`;
}

/** Signs a token with another type in its header, or with none. */
const typed = ({ privateKey, issuer, audiences }: Issuer, typ: string | undefined, claims: JWTPayload) =>
  new SignJWT({ iss: issuer, aud: audiences, sub: 'ada', exp: Math.floor(Date.now() / 1000) + 60, ...claims })
    .setProtectedHeader({ alg: 'ES256', kid: 'acme-key', ...(typ && { typ }) })
    .sign(privateKey);

// biome-ignore format: each row stays on its line
test.each<[string, string, JWTPayload, string]>([
  ['the first audience of a list', 'apps', { aud: 'api-1' }, 'apps'],
  ['another audience of a list', 'apps', { aud: ['elsewhere', 'api-2'] }, 'apps'],
  ['an audience that is not in the list', 'apps', { aud: 'api-3' }, "401: unexpected 'aud' claim value"],
  ['both audiences in one text', 'apps', { aud: 'api-1 api-2' }, "401: unexpected 'aud' claim value"],
  ['an audience in another claim', 'cognito', { ...cognito, aud: undefined, client_id: 'app-1' }, 'cognito'],
  ['another value of that claim', 'cognito', { ...cognito, aud: undefined, client_id: 'app-2' }, "401: unexpected 'client_id' claim value"],
  ['the audience in aud instead of that claim', 'cognito', { ...cognito, aud: 'app-1' }, "401: missing required 'client_id' claim"],
  ['an audience in a nested claim', 'nested', { ...nested, client: { 'app.id': 'app-1' } }, 'nested'],
  ['required claims', 'bearer', { typ: 'Bearer', client: { level: 2 }, verified: true }, 'bearer'],
  ['another value of a required claim', 'bearer', { typ: 'Refresh', client: { level: 2 }, verified: true }, "401: unexpected 'typ' claim value, which the realm requires"],
  ['a required number as a text', 'bearer', { typ: 'Bearer', client: { level: '2' }, verified: true }, "401: unexpected 'client.level' claim value, which the realm requires"],
  ['a required claim in a list', 'bearer', { typ: ['Bearer'], client: { level: 2 }, verified: true }, "401: unexpected 'typ' claim value, which the realm requires"],
  ['a required claim that is not there', 'bearer', { typ: 'Bearer', client: { level: 2 } }, "401: missing required 'verified' claim"],
])('%s in the realm %s', async (_name, realm, claims, expected) => {
  expect(await outcome(await acme.sign(claims), realm)).toBe(expected);
});

describe('an ID token', () => {
  const rejected =
    '401: the token is an ID token, which is for the app that requested it; send the access token';

  // biome-ignore format: each row stays on its line
  test.each<[string, string | undefined, JWTPayload]>([
    ['with a nonce', 'JWT', { nonce: 'n-0S6_WzA2Mj' }],
    ['with the hash of an access token', 'JWT', { at_hash: 'HK6E_P6Dh8Y93mRNtsDB1Q' }],
    ['with the hash of a code', undefined, { c_hash: 'LDktKdoQak3Pk0cnXxCltA' }],
    ['of Keycloak', 'JWT', { typ: 'ID' }],
    ['of Cognito', undefined, { token_use: 'id' }],
  ])('%s is rejected, unless the realm accepts ID tokens', async (_name, typ, claims) => {
    const token = await typed(acme, typ, claims);
    expect(await outcome(token, 'acme')).toBe(rejected);
    expect(await outcome(token, 'id')).toBe('id');
  });

  test.each<[string, string | undefined, JWTPayload]>([
    ['by its header', 'at+jwt', {}],
    ['to Keycloak, whose versions before 25 copy the nonce', 'JWT', { typ: 'Bearer' }],
    ['to Cognito', undefined, { token_use: 'access' }],
  ])('is not what a token with a nonce is, if that is an access token %s', async (_name, typ, claims) => {
    expect(await outcome(await typed(acme, typ, { ...claims, nonce: 'n-0S6_WzA2Mj' }), 'acme')).toBe('acme');
  });
});

describe('the realm', () => {
  test('is that of the issuer, if exactly one realm has it', async () => {
    expect(await outcome(await other.sign())).toBe('other');
  });

  test('is the default realm, if several realms have the issuer', async () => {
    expect(await outcome(await acme.sign())).toBe('acme');
  });

  test('is the one in the header and no other', async () => {
    expect(await outcome(await other.sign(), 'acme')).toBe("401: unexpected 'iss' claim value");
    expect(await outcome(await acme.sign(), 'other')).toBe("401: unexpected 'iss' claim value");
  });

  test.each(['OTHER', 'other2', 'constructor', ''])(
    'has exactly the name in the header: %j has none, and the names are not told',
    async (name) => {
      expect(await outcome(await other.sign(), name)).toBe(
        '401: The realm in the realmname header does not exist',
      );
    },
  );

  test('is unknown, if several realms other than the default realm have the issuer', async () => {
    const claims = { iss: `${entra}/${twin}/v2.0`, tid: twin };
    expect(await outcome(await microsoft.sign(claims))).toBe(
      "401: Several realms have this 'iss' claim value; name one of them in the realmname header",
    );
    expect(await outcome(await microsoft.sign(claims), 'entraTwice')).toBe('entraTwice');
  });

  test('does not exist for a tenant of an identity provider that no realm lists', async () => {
    const iss = `${entra}/7d3b8f0e-2c41-4a95-9e6d-0b1a2c3d4e5f/v2.0`;
    expect(await outcome(await microsoft.sign({ iss }))).toBe(
      "401: The tenant in the 'iss' claim is not in issuerTenants of any realm",
    );
  });

  test('does not exist for an issuer that no realm has', async () => {
    const foreign = await createIssuer('foreign');
    expect(await outcome(await foreign.sign())).toBe("401: unexpected 'iss' claim value");
  });
});

describe('an issuer for several tenants of the identity provider', () => {
  const issuerOf = (tenant: string) => ({ iss: `${entra}/${tenant}/v2.0`, tid: tenant });

  test.each([customer, partner])('accepts a token of an allowed tenant', async (tenant) => {
    expect(await outcome(await microsoft.sign(issuerOf(tenant)))).toBe('entra');
  });

  // biome-ignore format: each row stays on its line
  test.each<[string, JWTPayload, string]>([
    ['of a tenant that is not allowed', issuerOf(stranger), "the tenant in the 'iss' claim is not in issuerTenants of the realm"],
    ['of one tenant in the name of another', { ...issuerOf(customer), tid: partner }, "'tid' claim must be the tenant that the 'iss' claim names"],
    ['without tid', { iss: `${entra}/${customer}/v2.0` }, "'tid' claim must be the tenant that the 'iss' claim names"],
    ['with several tid', { ...issuerOf(customer), tid: [customer] }, "'tid' claim must be the tenant that the 'iss' claim names"],
    ['of the template itself', issuerOf('{tenantid}'), "unexpected 'iss' claim value"],
  ])('rejects a token %s', async (_name, claims, reason) => {
    expect(await outcome(await microsoft.sign(claims), 'entra')).toBe(`401: ${reason}`);
  });

  test('rejects a token of one tenant under the key of another', async () => {
    expect(await outcome(await customerKey.sign(issuerOf(customer)))).toBe('entra');
    expect(await outcome(await customerKey.sign(issuerOf(partner)))).toBe(
      '401: no applicable key found in the JSON Web Key Set',
    );
  });
});

describe('a realm with one issuer', () => {
  const claims = { iss: `${entra}/${stranger}/v2.0` };

  test('accepts a key for all tenants of the identity provider', async () => {
    expect(await outcome(await microsoft.sign(claims))).toBe('directory');
  });

  test('accepts no key that names another issuer', async () => {
    expect(await outcome(await customerKey.sign(claims))).toBe(
      '401: no applicable key found in the JSON Web Key Set',
    );
  });

  test('accepts a key that names an issuer on another host, as those of version 1 of Entra ID do', async () => {
    expect(await outcome(await microsoft.sign({ iss: `https://sts.windows.net/${stranger}/` }))).toBe(
      'version1',
    );
  });
});

test('a key that names its issuer, but is not of Microsoft Entra ID, verifies the tokens of its realm', async () => {
  expect(await outcome(await acme.sign(), 'labeled')).toBe('labeled');
});

test('a realm with an issuer on another host accepts no key of another directory', async () => {
  expect(await outcome(await customerKey.sign({ iss: `https://sts.windows.net/${stranger}/` }))).toBe(
    '401: no applicable key found in the JSON Web Key Set',
  );
});

describe('the log', () => {
  const linesOf = (requestId: string) =>
    gateway.log.map((line) => JSON.parse(line)).filter((line) => line.requestId === requestId && line.reason);

  /** Sends a token with an ID of the request, and returns the lines of the log about it. */
  async function logged(token: string, more: Record<string, string> = {}) {
    const requestId = randomUUID();
    const headers = { authorization: `Bearer ${token}`, 'x-request-id': requestId, ...more };
    await gateway.graphql(headers, '{ viewer { tenants { id } } }');
    return linesOf(requestId);
  }

  test('has a line for a rejected token, with no claims but iss and aud', async () => {
    const claims = {
      aud: ['elsewhere', 'anywhere'],
      sub: 'a person',
      email: 'ada@example.com',
      roles: ['a role'],
    };
    const lines = await logged(await acme.sign(claims));
    expect(lines).toMatchObject([
      {
        level: 30,
        msg: 'Access token was rejected',
        realm: 'acme',
        reason: "unexpected 'aud' claim value",
        iss: acme.issuer,
        aud: ['elsewhere', 'anywhere'],
      },
    ]);
    expect(JSON.stringify(lines)).not.toMatch(/a person|ada@|a role/);
  });

  test('cuts what a token that is not verified says', async () => {
    const [line] = await logged(await acme.sign({ iss: 'i'.repeat(3000), aud: Array(100).fill('a') }));
    expect(line.iss.length).toBeLessThan(400);
    expect(line.aud).toHaveLength(10);
  });

  // biome-ignore format: each row stays on its line
  test.each<[string, JWTPayload, object]>([
    ['an object', { iss: { toString: 1, valueOf: 1 } as unknown as string }, { iss: 'an object' }],
    ['a list without end', { aud: [deep()] }, { aud: ['a list'] }],
    ['control characters', { iss: 'a\u001b]0;b\u009b\u202ec' }, { iss: 'a?]0;b??c' }],
  ])('describes %s in a token that is not verified', async (_name, claims, expected) => {
    const token = forge({ alg: 'ES256', kid: 'x' }, claims, es256(acme));
    expect(await logged(token)).toMatchObject([{ msg: 'Access token was rejected', ...expected }]);
  });

  test('does not repeat the name of an extension', async () => {
    const token = forge(
      { alg: 'ES256', crit: ['\u001b[31m hunter2'], b64: true },
      powerfulClaims(acme),
      es256(acme),
    );
    expect(await logged(token)).toMatchObject([{ reason: 'The token uses a feature that is not supported' }]);
  });

  // biome-ignore format: each row stays on its line
  test.each<[string, JWTPayload, string]>([
    ['no role', { tenants: [customer] }, 'the token has no role in roles'],
    ['a role that does not count', { roles: ['cook'], tenants: [customer] }, 'the token has no role in roles'],
    ['no tenant', { roles: ['tenant_admin'] }, 'the token names no tenant in tenants'],
    ['a tenant that does not exist', { roles: ['tenant_admin'], tenants: ['nowhere'] }, 'the token names no tenant that counts in its realm'],
  ])('has a line for each request with a token that allows nothing: %s', async (_name, claims, reason) => {
    const token = await acme.sign(claims);
    for (const _request of ['first', 'second']) {
      expect(await logged(token)).toMatchObject([
        { level: 30, msg: 'Access token allows nothing', realm: 'acme', reason },
      ]);
    }
  });

  test('names a claim once that is both the claim for roles and the claim for roles in tenants', async () => {
    expect(await logged(await acme.sign({}), { realmname: 'mixed' })).toMatchObject([
      { msg: 'Access token allows nothing', reason: 'the token has no role in urn:acme:roles' },
    ]);
  });

  test('has no line for a token that allows something', async () => {
    expect(await logged(await acme.sign({ roles: ['tenant_viewer'], tenants: [customer] }))).toEqual([]);
    expect(await logged(await acme.sign({ roles: ['super_admin'] }))).toEqual([]);
  });
});

test("a service account's token is rejected, and the reason says what it is", async () => {
  const { privateKey } = await generateKeyPair('ES256');
  const token = await new SignJWT({ iss: 'https://gateway.example.com/oauth2', aud: 'x', sub: 'sa-1' })
    .setProtectedHeader({ alg: 'ES256', typ: 'at+jwt' })
    .sign(privateKey);
  const reason =
    '401: The gateway issued this token to a service account; an administrator sends a token of an identity provider';
  expect(await outcome(token)).toBe(reason);
  expect(await outcome(token, 'acme')).toBe(reason);
});
