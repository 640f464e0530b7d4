import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Gateway } from '../../harness/gateway.js';
import { startGatewayWith } from '../../harness/gateway-with.js';
import { createIssuer, type Issuer } from '../../harness/issuer.js';
import { claimShapes, tenants } from './claim-shapes.js';
import { encode, es256 } from './forge.js';

let issuer: Issuer;
let gateway: Gateway;

/** Each shape has its own realm, whose name is its place in the table. */
const realmOf = (index: number) => `shape-${index}`;

beforeAll(async () => {
  issuer = await createIssuer('provider');
  const rows = claimShapes.map(({ realm }, index) => [realmOf(index), { issuer, ...realm }]);
  gateway = await startGatewayWith(Object.fromEntries(rows));
  for (const [name, { id, externalIds }] of Object.entries(tenants)) {
    await gateway.createTenant({ id, name });
    await gateway.sql(
      `insert into tenant_external_id (realm, external_id, tenant_id)
       select realm, external_id, $1 from unnest($2::text[]) realm, unnest($3::text[]) external_id`,
      [id, claimShapes.map((_, index) => realmOf(index)), externalIds],
    );
  }
});
afterAll(() => gateway.close());

test.each(['roles', 'tenants', 'memberships'])(
  'a claim that is nested without end gives nothing: %s',
  async (claim) => {
    // JSON.stringify cannot write a list that is nested this deeply.
    const nested = `${'['.repeat(5000)}${']'.repeat(5000)}`;
    const { issuer: iss, jwks } = issuer;
    const realmname = realmOf(claimShapes.findIndex(({ name }) => name.endsWith('roles of each tenant')));
    const aud = issuer.audiences.find((audience) => audience.endsWith(realmname));
    const claims = { iss, aud, sub: 'ada', exp: Math.floor(Date.now() / 1000) + 60, [claim]: 'nested' };
    const payload = JSON.stringify(claims).replace('"nested"', nested);
    const input = [JSON.stringify({ alg: 'ES256', kid: jwks.keys[0]?.kid }), payload].map(encode).join('.');
    const headers = {
      authorization: `Bearer ${input}.${encode(es256(issuer)(input))}`,
      realmname,
    };
    const { status, body } = await gateway.graphql(headers, '{ viewer { roles } }');
    expect({ status, body }).toEqual({ status: 200, body: { data: { viewer: { roles: [] } } } });
  },
);

test.each(claimShapes.map((shape, index) => ({ ...shape, index })))(
  '$name gives $gives',
  async ({ claims, gives, index }) => {
    const headers = { authorization: `Bearer ${await issuer.sign(claims)}`, realmname: realmOf(index) };
    const query = '{ viewer { everyTenant roles tenantRoles { tenant { name } roles } } }';
    const { status, body } = await gateway.graphql(headers, query);
    expect({ status, errors: body.errors }).toEqual({ status: 200, errors: undefined });
    const { everyTenant, tenantRoles } = body.data.viewer;
    const inTenants = tenantRoles.map(
      ({ tenant, roles }: { tenant: { name: string }; roles: string[] }) =>
        `${tenant.name}: ${roles.join(' ')}`,
    );
    expect(everyTenant ? ['super_admin', ...inTenants] : inTenants).toEqual(gives);
  },
);
