import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { moveClock, restoreClock } from '../../harness/clock.js';
import { type Gateway, startGateway } from '../../harness/gateway.js';

let gateway: Gateway;
let acme: string;
let beta: string;
let superAdmin: Record<string, string>;

beforeAll(async () => {
  gateway = await startGateway();
  superAdmin = await gateway.as('super_admin', '');
});
beforeEach(async () => {
  acme = await gateway.createTenant({ name: 'Acme' });
  beta = await gateway.createTenant({ name: 'Beta' });
});
afterEach(restoreClock);
afterAll(() => gateway.close());

async function setExternalIds(id: string, externalIds: { realm: string; id: string }[]) {
  const mutation = 'mutation ($input: UpdateTenantInput!) { updateTenant(input: $input) { tenant { id } } }';
  const { body } = await gateway.graphql(superAdmin, mutation, { input: { id, externalIds } });
  expect(body.errors).toBeUndefined();
}

const inAcme = (id: string) => ({ realm: 'acme', id });

/** Makes the headers of an administrator whose token names tenants, for a request to one tenant. */
const adminOf = async (tenants: string[], tenant: string) => ({
  authorization: `Bearer ${await gateway.issuer.sign({ roles: ['tenant_admin'], tenants })}`,
  'x-tenantid': tenant,
});

const statusOf = async (headers: Record<string, string>) => (await gateway.create(headers)).status;

test('a token that names a tenant by its external ID acts in it over REST and GraphQL, and in no other', async () => {
  await setExternalIds(acme, [inAcme('one')]);
  const { status, body } = await gateway.create(await adminOf(['one'], acme));
  expect({ status, tenant: body.data.tenant.id }).toEqual({ status: 200, tenant: acme });
  const list = '{ serviceAccounts { nodes { tenant { id } } } }';
  expect((await gateway.graphql(await adminOf(['one'], acme), list)).body).toEqual({
    data: { serviceAccounts: { nodes: [{ tenant: { id: acme } }] } },
  });
  expect(await statusOf(await adminOf(['one'], beta))).toBe(403);
  expect(await statusOf(await adminOf(['two', 'ONE'], acme))).toBe(403);
});

test('an external ID of the maximum length works, whatever its characters are', async () => {
  await setExternalIds(acme, [inAcme('🦊'.repeat(255))]);
  expect(await statusOf(await adminOf(['🦊'.repeat(255)], acme))).toBe(200);
});

test('an external ID of another realm means nothing', async () => {
  await setExternalIds(acme, [{ realm: 'partner', id: 'elsewhere' }]);
  expect(await statusOf(await adminOf(['elsewhere'], acme))).toBe(403);
});

test('a new external ID works within a second, for a token that was denied before', async () => {
  const headers = await adminOf(['soon'], acme);
  expect(await statusOf(headers)).toBe(403);
  await setExternalIds(acme, [inAcme('soon')]);
  moveClock(1.1);
  expect(await statusOf(headers)).toBe(200);
});

test('a removed external ID stops working within five seconds, for a token that was accepted before', async () => {
  await setExternalIds(acme, [inAcme('gone')]);
  const headers = await adminOf(['gone'], acme);
  expect(await statusOf(headers)).toBe(200);
  await setExternalIds(acme, []);
  moveClock(5.1);
  expect(await statusOf(headers)).toBe(403);
});

test('an external ID takes precedence over the ID of a tenant, in its realm alone', async () => {
  await setExternalIds(acme, [inAcme(beta)]);
  expect(await statusOf(await adminOf([beta], acme))).toBe(200);
  expect(await statusOf(await adminOf([beta], beta))).toBe(403);
  await setExternalIds(acme, [{ realm: 'partner', id: beta }]);
  moveClock(5.1);
  expect(await statusOf(await adminOf([beta], beta))).toBe(200);
});

test('a denial is recorded under the tenant that the external ID means', async () => {
  await setExternalIds(acme, [inAcme('mine')]);
  const authorization = `Bearer ${await gateway.issuer.sign({ sub: 'a denied viewer', roles: ['tenant_viewer'], tenants: ['mine'] })}`;
  expect(await statusOf({ authorization, 'x-tenantid': acme })).toBe(403);
  const events = await gateway.sql(
    `select tenant_id as tenant, action from audit_event where caller_id = 'a denied viewer'`,
  );
  expect(events).toEqual([{ tenant: acme, action: 'service_account.create' }]);
});

test('a name that no external ID can be does no harm', async () => {
  const names = ['\u0000', '\ud800', 'a'.repeat(5000), '', ' ', "'; drop table tenant; --"];
  expect(await statusOf(await adminOf(names, acme))).toBe(403);
  expect(await statusOf(await adminOf([...names, acme], acme))).toBe(200);
});
