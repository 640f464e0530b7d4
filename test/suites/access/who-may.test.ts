import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { rootFields } from '../../../src/api/graphql/rules.js';
import { routes } from '../../../src/api/rest/routes.js';
import { type Gateway, startGateway } from '../../harness/gateway.js';
import { type Account, createAccount, rowsOf } from './accounts.js';
import { aboutOne, aboutTenant, atTransports, nonexistent, operation, operations } from './all-operations.js';
import { type Caller, callers, headersOf } from './callers.js';
import type { Operation } from './operation.js';
import { send, statusFor, transports } from './transports.js';

let gateway: Gateway;
let own: string;
let admins: Record<string, Record<string, string>>;
let headers: Record<Caller, Record<string, string>>;
/** The rows that were stored at the end of the previous test. */
let rows: string;
beforeAll(async () => {
  gateway = await startGateway();
  const { partnerTenant } = gateway;
  own = await gateway.createTenant({ limit: 10_000 });
  const elsewhere = await gateway.createTenant();
  await gateway.createTenant({ id: partnerTenant, limit: 10_000 });
  headers = await headersOf(gateway, own, elsewhere, partnerTenant);
  await gateway.sql(`insert into permission (name, description, restricted) values ('keys:sign', '', true)`);
  admins = {
    [own]: await gateway.as('tenant_admin', own),
    [partnerTenant]: await gateway.as('tenant_admin', partnerTenant),
  };
});
afterAll(() => gateway.close());

/** Accounts that no test changes, by tenant and state. */
const kept = new Map<string, Promise<Account>>();

/** Returns an account in the caller's tenant and in the state that the operation needs. A change gets a new one. */
function accountFor(caller: Caller, { needs, isMutation, may }: Operation): Promise<Account> {
  const tenant = headers[caller]['x-tenantid'] ?? '';
  const create = async () => {
    const account = await createAccount(gateway, admins[tenant] ?? {}, needs);
    rows = await rowsOf(gateway);
    return account;
  };
  if (isMutation && may[caller] === 'OK') return create();
  const key = `${tenant} ${needs}`;
  const account = kept.get(key) ?? create();
  kept.set(key, account);
  return account;
}

const unique = (names: string[]) => [...new Set(names)].sort();

test('the table has a row for each root field', () => {
  const fields = rootFields.map(({ field }) => field);
  expect(unique(operations.map(({ field }) => field))).toEqual(unique(fields));
});

test('the table has a row for each REST request', () => {
  const calls = operations.flatMap(({ rest }) => rest ?? []);
  expect(unique(calls)).toEqual(unique(routes.map(({ method, path }) => `${method} ${path}`)));
});

describe.each(atTransports(operations))('$name over $transport', ({ operation, transport }) => {
  const { may, args, isMutation } = operation;

  test.each(callers.map((caller) => [caller, may[caller]] as const))('by %s: %s', async (caller, outcome) => {
    const account = await accountFor(caller, operation);
    const before = rows;
    const said = await send[transport](gateway, operation, headers[caller], args(account));
    rows = await rowsOf(gateway);
    expect(said).toMatchObject({ code: outcome, status: statusFor(transport, outcome) });
    if (outcome === 'OK') {
      expect(said.data).toBeTruthy();
      if (isMutation) expect(rows).not.toBe(before);
      else expect(rows).toBe(before);
    } else {
      expect(said.data ?? null).toBeNull();
      expect(said.text).not.toContain(account.name);
      expect(said.text).not.toContain(account.clientId);
      expect(rows).toBe(before);
    }
  });
});

describe.each(atTransports(aboutOne))('$name over $transport', ({ operation, transport }) => {
  test.each([
    ['nobody', 'UNAUTHENTICATED'],
    ['a tenant_admin elsewhere', 'FORBIDDEN'],
  ] as const)('with a malformed id by %s: %s, too', async (caller, code) => {
    const malformed = {
      ...nonexistent,
      id: 'nonsense',
      clientId: 'nonsense',
      secretId: 'nonsense',
      clientSecret: 'nonsense',
      keyId: 'nonsense',
      eventId: 'nonsense',
    };
    const said = await send[transport](gateway, operation, headers[caller], operation.args(malformed));
    expect(said).toMatchObject({ code, status: statusFor(transport, code) });
  });
});

describe.each(atTransports(aboutTenant))('$name over $transport', ({ operation, transport }) => {
  test.each([
    ['nobody', 'UNAUTHENTICATED'],
    ['a tenant_admin', 'FORBIDDEN'],
  ] as const)('with a malformed id by %s: %s, too', async (caller, code) => {
    const args = { ...operation.args(nonexistent), id: 'nonsense' };
    const said = await send[transport](gateway, operation, headers[caller], args);
    expect(said).toMatchObject({ code, status: statusFor(transport, code) });
  });

  test('needs no tenant header', async () => {
    const account = await accountFor('a super_admin', operation);
    const { authorization = '' } = headers['a super_admin'];
    const said = await send[transport](gateway, operation, { authorization }, operation.args(account));
    expect(said.code).toBe('OK');
    rows = await rowsOf(gateway);
  });
});

describe.each(transports)('a restricted permission over %s', (transport) => {
  const permissions = ['api:read', 'keys:sign'];

  test.each([
    ['createServiceAccount', 'a tenant_admin', 'FORBIDDEN'],
    ['createServiceAccount', 'a super_admin', 'OK'],
    ['setServiceAccountPermissions', 'a tenant_admin', 'FORBIDDEN'],
    ['setServiceAccountPermissions', 'a super_admin', 'OK'],
    ['setServiceAccountsPermissions', 'a tenant_admin', 'FORBIDDEN'],
    ['setServiceAccountsPermissions', 'a super_admin', 'OK'],
  ] as const)('is granted with %s by %s: %s', async (name, caller, code) => {
    const account = await accountFor('a tenant_admin', operation(name));
    const before = rows;
    const args = { ...operation(name).args(account), permissions };
    const said = await send[transport](gateway, operation(name), headers[caller], args);
    rows = await rowsOf(gateway);
    expect(said).toMatchObject({ code, status: statusFor(transport, code) });
    expect(said.details).toEqual(code === 'OK' ? undefined : { field: 'permissions' });
    expect(rows !== before).toBe(code === 'OK');
  });
});

test('whatever was denied is recorded under its own action', async () => {
  // A field that needs no role denies no caller with a token.
  const actions = rootFields.filter(({ rule }) => rule.roles !== 'anyone').map(({ rule }) => rule.action);
  const denied = await gateway.sql<{ action: string }>(
    `select distinct action from audit_event where outcome = 'denied'`,
  );
  expect(unique(denied.map(({ action }) => action))).toEqual(unique(actions));
});
