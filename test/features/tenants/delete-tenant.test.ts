import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import pg from 'pg';
import { somebody } from '../../harness/admin.js';
import { type Gateway, startGateway } from '../../harness/gateway.js';
import { holdTenants } from '../../harness/hold-tenants.js';
import { untilLocked } from '../../harness/until-locked.js';
import { haveArrived } from '../service-accounts/create/create-together.js';
import { type SuperAdmin, superAdmin, trailOf } from './super-admin.js';

let gateway: Gateway;
let operator: SuperAdmin;
beforeAll(async () => {
  gateway = await startGateway();
  operator = await superAdmin(gateway);
});
afterAll(() => gateway.close());

/** The tests' own connections, which hold locks while the gateway works. */
const connections: pg.Client[] = [];
async function connect() {
  const client = new pg.Client({ connectionString: gateway.databaseUrl });
  await client.connect();
  connections.push(client);
  return client;
}
afterEach(() => Promise.all(connections.splice(0).map((client) => client.end())));

async function deletedAccount() {
  const admin = await somebody(gateway);
  const { id } = await admin.create();
  await admin.rest('DELETE', `/${id}`);
  return { tenant: admin.tenant, account: id.slice(3) };
}

const remove = (tenant: string) => operator.rest('DELETE', `/${tenant}`);

/** Counts the rows of a tenant, its accounts and their secrets. */
const rowsOf = async (tenant: string) =>
  (
    await gateway.sql(
      `select
         (select count(*)::int from tenant where id = $1) as tenants,
         (select count(*)::int from service_account where tenant_id = $1) as accounts,
         (select count(*)::int from service_account_secret join service_account account
            on account.id = service_account_id where tenant_id = $1) as secrets`,
      [tenant],
    )
  )[0];

test('an empty tenant is deleted, answered as it was, and its audit log stays', async () => {
  const tenant = await gateway.createTenant({ name: 'Acme', limit: 3, status: 'suspended' });
  const { body } = await remove(tenant.toUpperCase());
  expect(body).toMatchObject({
    message: 'Tenant deleted successfully',
    data: { id: tenant, name: 'Acme', status: 'suspended', serviceAccountLimit: 3, remaining: 3 },
  });
  expect(await rowsOf(tenant)).toEqual({ tenants: 0, accounts: 0, secrets: 0 });
  expect(await trailOf(gateway, tenant)).toEqual([
    {
      action: 'tenant.delete',
      target: tenant,
      caller_id: 'a super_admin',
      before: {
        name: 'Acme',
        serviceAccountLimit: 3,
        status: 'suspended',
        secretMaxAgeDays: null,
        maxTokenLifetimeSeconds: null,
        externalIds: [],
      },
      after: null,
    },
  ]);
  expect((await operator.rest('GET', `/${tenant}`)).status).toBe(404);
  expect((await remove(tenant)).body).toMatchObject({
    code: 'NOT_FOUND',
    message: 'The tenant does not exist',
  });
});

test('the whole event says who it was, and by which request', async () => {
  const tenant = await gateway.createTenant();
  const headers = { ...operator.headers, 'x-request-id': 'the-end', 'user-agent': 'a test' };
  await gateway.request(`/api/v1/admin/tenant/${tenant}`, { method: 'DELETE', headers });
  const [event] = await gateway.sql(
    `select *, abs(extract(epoch from occurred_at - now())) < 60 as recent from audit_event where target = $1`,
    [tenant],
  );
  expect(event).toMatchObject({
    tenant_id: tenant,
    id: expect.stringMatching(/^[\da-f-]{13}-7/),
    outcome: 'success',
    caller_realm: 'acme',
    caller_name: 'Ada',
    caller_email: 'ada@example.com',
    request_id: 'the-end',
    ip: '127.0.0.1',
    user_agent: 'a test',
    recent: true,
  });
});

test('one with accounts is a conflict that counts them, and nothing is removed', async () => {
  const admin = await somebody(gateway);
  const gone = await admin.create();
  await admin.create();
  const disabled = await admin.create();
  await admin.rest('DELETE', `/${gone.id}`);
  await admin.rest('POST', `/${disabled.id}/disable`);
  const { status, body } = await remove(admin.tenant);
  expect({ status, code: body.code, details: body.details }).toEqual({
    status: 409,
    code: 'CONFLICT',
    details: { field: 'id', count: 2 },
  });
  expect(await rowsOf(admin.tenant)).toEqual({ tenants: 1, accounts: 3, secrets: 3 });
  expect((await admin.rest('POST', `/${gone.id}/restore`)).status).toBe(200);
});

test('accounts that were deleted go with it: their ids stay taken, and the audit log tells of each', async () => {
  const admin = await somebody(gateway);
  const accounts = [await admin.create({ name: 'one' }), await admin.create({ name: 'two' })];
  for (const { id } of accounts) await admin.rest('DELETE', `/${id}`);
  expect((await remove(admin.tenant)).status).toBe(200);
  expect(await rowsOf(admin.tenant)).toEqual({ tenants: 0, accounts: 0, secrets: 0 });
  const retired = await gateway.sql('select client_id from retired_client_id where client_id = any ($1)', [
    accounts.map(({ clientId }) => clientId),
  ]);
  expect(retired).toHaveLength(2);
  const trail = await trailOf(gateway, admin.tenant);
  expect(trail.filter(({ action }) => action === 'service_account.remove')).toEqual(
    expect.arrayContaining(
      accounts.map(({ id, name, clientId }) => ({
        action: 'service_account.remove',
        target: id,
        caller_id: 'a super_admin',
        before: { name, clientId },
        after: null,
      })),
    ),
  );
  expect(trail.map(({ action }) => action)).toEqual([
    'service_account.create',
    'service_account.create',
    'service_account.delete',
    'service_account.delete',
    'service_account.remove',
    'service_account.remove',
    'tenant.delete',
  ]);
});

test('nothing is to be had in it any more, and its id is free', async () => {
  const admin = await somebody(gateway);
  const { id } = await admin.create();
  await admin.rest('DELETE', `/${id}`);
  await remove(admin.tenant);
  expect((await gateway.create(admin.headers)).body.code).toBe('NOT_FOUND');
  expect((await admin.rest('POST', `/${id}/restore`)).body.code).toBe('NOT_FOUND');
  expect((await admin.rest('GET', '')).body.code).toBe('NOT_FOUND');
  expect((await operator.rest('POST', '', { id: admin.tenant, name: 'Again' })).status).toBe(200);
  expect((await gateway.create(admin.headers)).status).toBe(200);
});

describe('at the same time', () => {
  test('with creates either it fails or all of them', async () => {
    const outcomes = new Set<string>();
    for (let round = 0; round < 6; round++) {
      const { tenant, headers } = await somebody(gateway);
      const creates = Array.from({ length: 20 }, () => gateway.create(headers));
      // In half of the rounds the deletion begins early enough to come before most of the creates.
      const deletion = round % 2 === 0 ? remove(tenant) : creates[10]?.then(() => remove(tenant));
      const codes = (await Promise.all(creates)).map(({ body }) => body.code ?? 'OK');
      const said = (await deletion)?.body;
      if (said.success) expect(new Set(codes)).toEqual(new Set(['NOT_FOUND']));
      else {
        expect(said).toMatchObject({ code: 'CONFLICT', details: { field: 'id' } });
        expect(new Set(codes)).toEqual(new Set(['OK']));
      }
      const stored = said.success
        ? { tenants: 0, accounts: 0, secrets: 0 }
        : { tenants: 1, accounts: 20, secrets: 20 };
      expect(await rowsOf(tenant)).toEqual(stored);
      outcomes.add(said.success ? 'deleted' : said.code);
    }
    expect(outcomes).toContain('CONFLICT');
  });

  test('creates that wait behind it find no tenant', async () => {
    const { tenant, headers } = await somebody(gateway);
    const letGo = await holdTenants(gateway, [tenant]);
    const deletion = remove(tenant);
    await untilLocked(gateway);
    const creates = Array.from({ length: 3 }, () => gateway.create(headers));
    // A create that finds the row unlocked does not wait behind the deletion, so all of them have to wait by now: the
    // first one in PostgreSQL, and the others in the gateway.
    await untilLocked(gateway, 2);
    await haveArrived(gateway);
    await letGo();
    expect((await deletion).status).toBe(200);
    for (const { body } of await Promise.all(creates)) expect(body.code).toBe('NOT_FOUND');
  });

  test('with what has one of its accounts it waits for that, and keeps the tenant from nobody', async () => {
    const { tenant, account } = await deletedAccount();
    const somebodyElse = await connect();
    await somebodyElse.query(`begin; select from service_account where id = '${account}' for update`);
    const deletion = remove(tenant);
    await untilLocked(gateway);
    await somebodyElse.query(`select from tenant where id = '${tenant}' for update nowait; rollback`);
    expect((await deletion).status).toBe(200);
  });

  test('with the deletion of its last account it waits, and for who gets that account next', async () => {
    const admin = await somebody(gateway);
    const account = (await admin.create()).id.slice(3);
    // Two transactions delete the account, so that the other transaction has its row before the deletion gets the tenant.
    const [deleting, counting, next] = [await connect(), await connect(), await connect()];
    await deleting.query(
      `begin; update service_account set status = 'deleted', deleted_at = now() where id = '${account}'`,
    );
    await counting.query(`begin; update tenant set service_account_count = 0 where id = '${admin.tenant}'`);
    const had = next.query(`begin; select from service_account where id = '${account}' for update`);
    const deletion = remove(admin.tenant);
    await untilLocked(gateway, 2);
    await deleting.query('commit');
    await had;
    await counting.query('commit');
    await untilLocked(gateway, 1, next);
    await next.query(`select from tenant where id = '${admin.tenant}' for update nowait; rollback`);
    expect((await deletion).status).toBe(200);
  });

  test('with restores and deletes of its accounts it ends in one of the two, and never in between', async () => {
    for (let round = 0; round < 8; round++) {
      const admin = await somebody(gateway);
      const ids: string[] = [];
      for (let n = 0; n < 6; n++) ids.push((await admin.create()).id);
      for (const id of ids) await admin.rest('DELETE', `/${id}`);
      const others = ids.flatMap((id) => [
        admin.rest('POST', `/${id}/restore`, {}),
        admin.rest('DELETE', `/${id}`),
        admin.rest('POST', `/${id}/enable`),
      ]);
      const deletions = [remove(admin.tenant), remove(admin.tenant), remove(admin.tenant)];
      const said = await Promise.all([...deletions, ...others]);
      for (const { body } of said) expect(['OK', 'NOT_FOUND', 'CONFLICT']).toContain(body.code ?? 'OK');
      const [row] = await gateway.sql(
        `select tenant.service_account_count =
           (select count(*) from service_account where tenant_id = tenant.id and status <> 'deleted') as exact
         from tenant where id = $1`,
        [admin.tenant],
      );
      const isDeleted = said.slice(0, 3).some(({ body }) => body.success);
      expect(row).toEqual(isDeleted ? undefined : { exact: true });
      if (isDeleted) expect(await rowsOf(admin.tenant)).toEqual({ tenants: 0, accounts: 0, secrets: 0 });
    }
  });
});
