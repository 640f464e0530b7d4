import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { newPublicKey } from '../../features/service-accounts/keys/key-calls.js';
import { type Gateway, startGateway } from '../../harness/gateway.js';
import { type Account, createAccount, rowsOf, type State } from './accounts.js';
import { atTransports, changes, operation, operations } from './all-operations.js';
import type { Args } from './operation.js';
import { send, statusFor, type Transport, transports } from './transports.js';

type Headers = Record<string, string>;

let gateway: Gateway;
let headers: Headers;
let superAdmin: Headers;
let deleted: Account;
beforeAll(async () => {
  gateway = await startGateway();
  headers = await gateway.as('tenant_admin', await gateway.createTenant());
  superAdmin = { authorization: (await gateway.as('super_admin', '')).authorization ?? '' };
  deleted = await createAccount(gateway, headers, 'deleted');
});
afterAll(() => gateway.close());

const ask = (transport: Transport, name: string, args: Args, as = headers) =>
  send[transport](gateway, operation(name), as, args);

interface Refusal {
  code: string;
  details?: Record<string, unknown>;
}

/** Asserts that an operation is refused, and changes nothing. @returns the message of the refusal */
async function refused(
  transport: Transport,
  name: string,
  args: Args,
  { code, details }: Refusal,
  as = headers,
) {
  const before = await rowsOf(gateway);
  const said = await ask(transport, name, args, as);
  expect(said).toMatchObject({ code, status: statusFor(transport, code) });
  expect(said.details).toEqual(details);
  expect(await rowsOf(gateway)).toBe(before);
  return said.message;
}

const again = 'deleteServiceAccount';
const repeatable = [again, 'deleteServiceAccounts'];

describe.each(atTransports(changes.filter(({ name }) => !repeatable.includes(name))))(
  '$name over $transport',
  (row) => {
    test('of a deleted account is a conflict', async () => {
      const { operation, transport, name } = row;
      // The result of a bulk operation names the field, but not its value.
      const details = { field: 'status', ...(!operation.isBulk && { status: 'deleted' }) };
      const message = await refused(transport, name, operation.args(deleted), { code: 'CONFLICT', details });
      expect(message).toBe('status: the service account is deleted; restore it first');
    });
  },
);

describe.each(atTransports(repeatable.map(operation)))(
  '$name over $transport',
  ({ operation, transport, name }) => {
    test('of a deleted account gets the same response', async () => {
      const before = await rowsOf(gateway);
      expect(await ask(transport, name, operation.args(deleted))).toMatchObject({ code: 'OK' });
      expect(await rowsOf(gateway)).toBe(before);
    });
  },
);

describe.each(transports)('restoreServiceAccount over %s', (transport) => {
  test.each(['active', 'disabled'] as const)('of an account that is %s is a conflict', async (state) => {
    const { id } = await createAccount(gateway, headers, state);
    const details = { field: 'status', status: state };
    await refused(transport, 'restoreServiceAccount', { id }, { code: 'CONFLICT', details });
  });

  test('is a conflict when its name is taken by now', async () => {
    const { id, name } = await createAccount(gateway, headers, 'deleted');
    const taker = await gateway.create(headers, { name });
    const details = { field: 'name', serviceAccountId: taker.body.data.id };
    await refused(transport, 'restoreServiceAccount', { id }, { code: 'CONFLICT', details });
  });

  test('is refused while the tenant is full', async () => {
    const full = await gateway.as('tenant_admin', await gateway.createTenant({ limit: 1 }));
    const { id } = await createAccount(gateway, full, 'deleted');
    const other = await createAccount(gateway, full);
    const details = { limit: 1, count: 1 };
    await refused(transport, 'restoreServiceAccount', { id }, { code: 'LIMIT_REACHED', details }, full);
    await ask(transport, again, { id: other.id }, full);
    expect(await ask(transport, 'restoreServiceAccount', { id }, full)).toMatchObject({ code: 'OK' });
  });
});

describe.each(transports)('over %s', (transport) => {
  test('the name of another account is a conflict', async () => {
    const { id: serviceAccountId, name } = await createAccount(gateway, headers);
    const { id } = await createAccount(gateway, headers);
    const details = { field: 'name', serviceAccountId };
    await refused(transport, 'createServiceAccount', { name }, { code: 'CONFLICT', details });
    await refused(transport, 'updateServiceAccount', { id, name }, { code: 'CONFLICT', details });
  });

  test.each(['updateServiceAccount', 'setServiceAccountPermissions'])(
    '%s at a version that is no more is a conflict that tells which it is',
    async (name) => {
      const account = await createAccount(gateway, headers);
      await ask(transport, 'updateServiceAccount', { id: account.id, owner: 'somebody' });
      const args = operation(name).args(account);
      const details = { field: 'expectedVersion', version: 2 };
      for (const expectedVersion of [1, 3])
        await refused(transport, name, { ...args, expectedVersion }, { code: 'CONFLICT', details });
      expect(await ask(transport, name, { ...args, expectedVersion: 2 })).toMatchObject({ code: 'OK' });
    },
  );

  test('a sixth secret is a conflict, made or rotated, until the others end', async () => {
    const { id } = await createAccount(gateway, headers);
    for (let second = 2; second <= 5; second++) await ask(transport, 'createServiceAccountSecret', { id });
    const conflict = { code: 'CONFLICT', details: { field: 'secrets', limit: 5, count: 5 } };
    await refused(transport, 'createServiceAccountSecret', { id }, conflict);
    await refused(transport, 'rotateServiceAccountSecret', { id }, conflict);
    const inResult = { code: 'CONFLICT', details: { field: 'secrets' } };
    await refused(transport, 'rotateServiceAccountSecrets', { ids: [id] }, inResult);
    const rotated = await ask(transport, 'rotateServiceAccountSecret', { id, overlapSeconds: 0 });
    expect(rotated).toMatchObject({ code: 'OK' });
  });

  test('a sixth public key is a conflict, until another one is removed', async () => {
    const { id, keyId } = await createAccount(gateway, headers);
    const add = 'addServiceAccountKey';
    for (let second = 2; second <= 5; second++)
      expect(await ask(transport, add, { id, publicKey: newPublicKey() })).toMatchObject({ code: 'OK' });
    const conflict = { code: 'CONFLICT', details: { field: 'keys', limit: 5, count: 5 } };
    await refused(transport, add, { id, publicKey: newPublicKey() }, conflict);
    await ask(transport, 'removeServiceAccountKey', { id, keyId });
    expect(await ask(transport, add, { id, publicKey: newPublicKey() })).toMatchObject({ code: 'OK' });
  });

  test('a public key that the account has is a conflict that names it', async () => {
    const { id } = await createAccount(gateway, headers);
    const publicKey = newPublicKey();
    const added = await ask('REST', 'addServiceAccountKey', { id, publicKey });
    const { key } = added.data as { key: { id: string } };
    const details = { field: 'publicKey', keyId: key.id };
    const message = await refused(
      transport,
      'addServiceAccountKey',
      { id, publicKey: JSON.stringify({ ...JSON.parse(publicKey), kid: 'another-name' }) },
      { code: 'CONFLICT', details },
    );
    expect(message).toBe(`publicKey: the service account already has this key, with the ID ${key.id}`);
  });
});

describe.each(transports)('deleteTenant over %s', (transport) => {
  const remove = (id: string) => ['deleteTenant', { id }] as const;

  test.each(['active', 'disabled'] as const)('with an account that is %s is a conflict', async (state) => {
    const tenant = await gateway.createTenant();
    const admin = await gateway.as('tenant_admin', tenant);
    const { id } = await createAccount(gateway, admin, state);
    const details = { field: 'id', count: 1 };
    const message = await refused(transport, ...remove(tenant), { code: 'CONFLICT', details }, superAdmin);
    expect(message).toBe('id: the tenant still has service accounts; delete them first');
    await ask(transport, again, { id }, admin);
    expect(await ask(transport, ...remove(tenant), superAdmin)).toMatchObject({ code: 'OK' });
  });

  test('of a deleted account is not found', async () => {
    const tenant = await gateway.createTenant();
    await ask(transport, ...remove(tenant), superAdmin);
    await refused(transport, ...remove(tenant), { code: 'NOT_FOUND' }, superAdmin);
  });
});

describe.each(transports)('over %s', (transport) => {
  test('the id of another tenant is a conflict', async () => {
    const id = await gateway.createTenant();
    const details = { field: 'id' };
    await refused(transport, 'createTenant', { id, name: 'Acme' }, { code: 'CONFLICT', details }, superAdmin);
  });

  test.each([
    ['suspendTenant', 'suspended'],
    ['resumeTenant', 'active'],
    ['updateTenant', 'active'],
    ['updateTenant', 'suspended'],
  ])('%s without anything to change gets a response: %s', async (name, status) => {
    const id = await gateway.createTenant({ name: 'Acme', status });
    const before = await rowsOf(gateway);
    const same = { name: 'Acme', secretMaxAgeDays: null, maxTokenLifetimeSeconds: null };
    const input = name === 'updateTenant' ? { id, ...same } : { id };
    expect(await ask(transport, name, input, superAdmin)).toMatchObject({ code: 'OK' });
    expect(await rowsOf(gateway)).toBe(before);
  });
});

describe('a suspended tenant', () => {
  let suspended: Headers;
  let accounts: Record<State, Account>;
  beforeAll(async () => {
    const tenant = await gateway.createTenant();
    suspended = await gateway.as('tenant_admin', tenant);
    accounts = {
      active: await createAccount(gateway, suspended),
      disabled: await createAccount(gateway, suspended, 'disabled'),
      deleted: await createAccount(gateway, suspended, 'deleted'),
    };
    await gateway.sql(`update tenant set status = 'suspended' where id = $1`, [tenant]);
  });

  const inTenant = atTransports(operations.filter(({ isGlobal }) => !isGlobal));
  const refusedIn = inTenant.filter(({ operation }) => operation.isMutation && !operation.isAlwaysPossible);
  const accountFor = ({ needs = 'active' }: (typeof operations)[number]) => accounts[needs];

  test.each(refusedIn)('refuses $name over $transport', async ({ operation, transport, name }) => {
    const args = operation.args(accountFor(operation));
    await refused(transport, name, args, { code: 'TENANT_SUSPENDED' }, suspended);
  });

  test.each(inTenant.filter(({ operation }) => !operation.isMutation))(
    'still answers $name over $transport',
    async ({ operation, transport, name }) => {
      const said = await ask(transport, name, operation.args(accountFor(operation)), suspended);
      expect(said).toMatchObject({ code: 'OK' });
    },
  );

  test.each(transports)('rejects over %s a second deletion, too', async (transport) => {
    await refused(transport, again, { id: accounts.deleted.id }, { code: 'TENANT_SUSPENDED' }, suspended);
  });
});
