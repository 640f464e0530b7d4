import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import type { JWTPayload } from 'jose';
import { moveClock, restoreClock } from '../../harness/clock.js';
import type { Gateway } from '../../harness/gateway.js';
import { startGatewayWith } from '../../harness/gateway-with.js';
import { createIssuer, type Issuer } from '../../harness/issuer.js';

const algorithms = ['RS256', 'PS256', 'ES384', 'EdDSA'];
const tenant = randomUUID();
const other = randomUUID();
const inSeconds = (seconds: number) => Math.floor(Date.now() / 1000) + seconds;

let gateway: Gateway;
let issuers: Record<string, Issuer>;

beforeAll(async () => {
  const names = ['acme', 'partner', 'strict', ...algorithms];
  issuers = Object.fromEntries(
    await Promise.all(
      names.map(async (name) => [name, await createIssuer(name, algorithms.includes(name) ? name : 'ES256')]),
    ),
  );
  const { acme, partner, strict } = issuers as Record<'acme' | 'partner' | 'strict', Issuer>;
  gateway = await startGatewayWith({
    acme: { issuer: acme },
    app: { issuer: acme, grants: { roles: ['tenant_viewer'], tenants: '*' } },
    staff: { issuer: strict, audience: strict.audience, requiredClaims: { kind: 'staff' } },
    guests: {
      issuer: strict,
      audience: strict.audience,
      requiredClaims: { kind: 'guest' },
      grants: { roles: ['tenant_viewer'], tenants: '*' },
    },
    partner: {
      issuer: partner,
      grants: { roles: ['tenant_admin', 'tenant_viewer'], tenants: [tenant.toUpperCase()] },
    },
    ...Object.fromEntries(
      algorithms.flatMap((name) => {
        const issuer = issuers[name] as Issuer;
        return [
          [name, { issuer }],
          [`only-${name}`, { issuer, algorithms: [name] }],
          [
            `without-${name}`,
            { issuer, algorithms: ['ES256', ...algorithms].filter((other) => other !== name) },
          ],
        ];
      }),
    ),
  });
  await gateway.createTenant({ id: tenant });
  await gateway.createTenant({ id: other });
});
afterEach(restoreClock);
afterAll(() => gateway.close());

async function headers(signer: string, claims: JWTPayload, realmname?: string) {
  const authorization = `Bearer ${await issuers[signer]?.sign(claims)}`;
  return { authorization, 'x-tenantid': tenant, ...(realmname && { realmname }) };
}

/** Asks the gateway who the caller of a token is. */
async function viewer(signer: string, claims: JWTPayload, realmname?: string) {
  const query = '{ viewer { realm id name email roles everyTenant tenants { id } } }';
  const { body, status } = await gateway.graphql(await headers(signer, claims, realmname), query);
  return { status, viewer: body.data?.viewer, code: body.errors?.[0].extensions.code };
}

describe('a realm', () => {
  test('is named by realmname on both transports', async () => {
    const claims = { roles: ['tenant_admin'], tenants: [tenant] };
    expect(await viewer('partner', claims, 'partner')).toMatchObject({
      viewer: { realm: 'partner', id: 'somebody' },
    });
    expect(await viewer('acme', claims, 'acme')).toMatchObject({ viewer: { realm: 'acme' } });
    expect(await viewer('acme', claims)).toMatchObject({ viewer: { realm: 'acme' } });

    const answer = await gateway.create(await headers('partner', claims, 'partner'));
    expect(answer).toMatchObject({ status: 200, body: { data: { createdBy: { id: 'somebody' } } } });
    const [account] = await gateway.sql(
      'select created_by_realm as realm from service_account where id = $1',
      [answer.body.data.id.slice('sa-'.length)],
    );
    expect(account).toEqual({ realm: 'partner' });
  });

  test('knows no token that another realm knows', async () => {
    const known = await headers('acme', { roles: ['super_admin'] }, 'acme');
    expect(await gateway.create(known)).toMatchObject({ status: 200 });
    expect(await gateway.create({ ...known, realmname: 'partner' })).toMatchObject({ status: 401 });
    expect(await gateway.create(known)).toMatchObject({ status: 200 });
  });

  test('cannot be chosen against its audience', async () => {
    const claims = { roles: ['super_admin'], tenants: [tenant], aud: 'service-account-gateway-app' };
    expect(await viewer('acme', claims, 'acme')).toMatchObject({ status: 401 });
    expect(await viewer('acme', claims, 'app')).toMatchObject({ status: 200, viewer: { roles: [] } });
  });

  test.each([
    ['guest', { staff: 401, guests: 200 }],
    ['staff', { staff: 200, guests: 401 }],
    [['staff', 'guest'], { staff: 401, guests: 401 }],
  ])('cannot be chosen against its required claims: %j', async (kind, expected) => {
    const claims = { roles: ['tenant_viewer'], tenants: [tenant], kind };
    const statuses = Object.keys(expected).map(async (realm) => [
      realm,
      (await viewer('strict', claims, realm)).status,
    ]);
    expect(Object.fromEntries(await Promise.all(statuses))).toEqual(expected);
  });

  test('lends no role that it may not grant', async () => {
    const claims = { roles: ['super_admin', 'tenant_viewer'], tenants: [tenant] };
    expect((await viewer('partner', claims, 'partner')).viewer).toMatchObject({
      roles: ['TENANT_VIEWER'],
      everyTenant: false,
    });
    expect(await gateway.create(await headers('partner', claims, 'partner'))).toMatchObject({ status: 403 });
    expect((await viewer('acme', claims)).viewer).toMatchObject({
      roles: ['SUPER_ADMIN', 'TENANT_VIEWER'],
      everyTenant: true,
    });
  });

  test('makes of a token whose every role it may not grant one of nobody', async () => {
    const claims = { roles: ['super_admin'], tenants: [tenant] };
    expect(await viewer('partner', claims, 'partner')).toMatchObject({
      viewer: { roles: [], everyTenant: false },
    });
    expect(await gateway.create(await headers('partner', claims, 'partner'))).toMatchObject({ status: 403 });
  });

  test('names no tenant that it may not name', async () => {
    const claims = { roles: ['tenant_admin'], tenants: [other] };
    expect(
      (await viewer('partner', { ...claims, tenants: [other, tenant] }, 'partner')).viewer.tenants,
    ).toEqual([{ id: tenant }]);
    const answer = await gateway.create({
      ...(await headers('partner', claims, 'partner')),
      'x-tenantid': other,
    });
    expect(answer).toMatchObject({ status: 403, body: { code: 'FORBIDDEN' } });
  });

  test('names tenants in whatever case', async () => {
    const claims = { roles: ['tenant_admin'], tenants: [tenant.toUpperCase()] };
    expect((await viewer('partner', claims, 'partner')).viewer.tenants).toEqual([{ id: tenant }]);
    const upper = { ...(await headers('partner', claims, 'partner')), 'x-tenantid': tenant.toUpperCase() };
    expect(await gateway.create(upper)).toMatchObject({
      status: 200,
      body: { data: { tenant: { id: tenant } } },
    });
  });
});

describe.each(algorithms)('a token under %s', (algorithm) => {
  const claims = { roles: ['tenant_viewer'] };

  test('is valid where the realm names no algorithms', async () => {
    expect(await viewer(algorithm, claims, algorithm)).toMatchObject({
      status: 200,
      viewer: { realm: algorithm },
    });
  });

  test('is valid where the realm names this one', async () => {
    expect(await viewer(algorithm, claims, `only-${algorithm}`)).toMatchObject({
      status: 200,
      viewer: { id: 'somebody' },
    });
  });

  test('is refused where the realm names others', async () => {
    expect(await viewer(algorithm, claims, `without-${algorithm}`)).toMatchObject({
      status: 401,
      code: 'UNAUTHENTICATED',
    });
  });
});

test.each<[string, () => JWTPayload, number]>([
  ['3 seconds past its expiry', () => ({ exp: inSeconds(-3) }), 200],
  ['8 seconds past its expiry', () => ({ exp: inSeconds(-8) }), 401],
  ['3 seconds before its beginning', () => ({ nbf: inSeconds(3) }), 200],
  ['8 seconds before its beginning', () => ({ nbf: inSeconds(8) }), 401],
  ['with an expiry in fractions of a second', () => ({ exp: inSeconds(60) + 0.25 }), 200],
])('the clocks may be 5 seconds apart: a token %s', async (_name, times, status) => {
  moveClock(0);
  expect(await viewer('acme', { roles: 'tenant_admin', ...times() })).toMatchObject({ status });
});
