import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type Gateway, startGateway } from '../../harness/gateway.js';
import { type Account, createAccount, rowsOf, type State } from './accounts.js';
import { aboutOne, aboutTenant, atTransports, nonexistent, operation, operations } from './all-operations.js';
import { send, statusFor, transports } from './transports.js';

type Headers = Record<string, string>;

const everybody = [
  'a tenant_admin',
  'a tenant_admin of both',
  'a tenant_admin that views the other',
  'a super_admin',
] as const;

let gateway: Gateway;
let admin: Headers;
let their: Headers;
/** An account of the callers' own tenant. */
let own: Account;
let theirs: Record<State, Account>;
/** The headers of callers that may do everything in the own tenant, and nothing with accounts of the other tenant. */
let callers: Record<(typeof everybody)[number], Headers>;
beforeAll(async () => {
  gateway = await startGateway();
  const here = await gateway.createTenant();
  admin = await gateway.as('tenant_admin', here);
  own = await createAccount(gateway, admin);
  const there = await gateway.createTenant();
  their = await gateway.as('tenant_admin', there);
  theirs = {
    active: await createAccount(gateway, their),
    disabled: await createAccount(gateway, their, 'disabled'),
    deleted: await createAccount(gateway, their, 'deleted'),
  };
  const both = await gateway.issuer.sign({ roles: ['tenant_admin'], tenants: [there, here] });
  callers = {
    'a tenant_admin': admin,
    'a tenant_admin of both': { authorization: `Bearer ${both}`, 'x-tenantid': here },
    'a tenant_admin that views the other': {
      authorization: `Bearer ${await gateway.issuer.sign({ tenant_roles: { [here]: ['tenant_admin'], [there]: ['tenant_viewer'] } })}`,
      'x-tenantid': here,
    },
    'a super_admin': await gateway.as('super_admin', here),
  };
});
afterAll(() => gateway.close());

const isOfThem = (text: string) =>
  Object.values(theirs).some(({ id, name, clientId, secretId, eventId }) =>
    [id, `"${name}"`, clientId, secretId, eventId].some((part) => text.includes(part)),
  );

describe.each(atTransports(aboutOne))('$name over $transport', ({ operation, transport }) => {
  const { needs = 'active', args } = operation;

  test.each(everybody)('%s finds nothing of another tenant, as if nobody had it', async (caller) => {
    const before = await rowsOf(gateway);
    const said = await send[transport](gateway, operation, callers[caller], args(theirs[needs]));
    expect(said).toMatchObject({ code: 'NOT_FOUND', status: statusFor(transport, 'NOT_FOUND') });
    expect(isOfThem(said.text)).toBe(false);
    const missing = await send[transport](gateway, operation, callers[caller], args(nonexistent));
    expect(said.text).toBe(missing.text);
    expect(await rowsOf(gateway)).toBe(before);
  });
});

describe.each(atTransports(aboutTenant))('$name over $transport', ({ operation, transport }) => {
  test('finds no tenant that nobody has', async () => {
    const before = await rowsOf(gateway);
    const said = await send[transport](
      gateway,
      operation,
      callers['a super_admin'],
      operation.args(nonexistent),
    );
    expect(said).toMatchObject({ code: 'NOT_FOUND', status: statusFor(transport, 'NOT_FOUND') });
    expect(said.message).toBe('The tenant does not exist');
    expect(await rowsOf(gateway)).toBe(before);
  });
});

const revoke = operation('revokeServiceAccountSecret');

describe.each(transports)('revokeServiceAccountSecret over %s', (transport) => {
  const refused = async (account: Account, { secretId }: Account) => {
    const before = await rowsOf(gateway);
    const said = await send[transport](gateway, revoke, admin, { id: account.id, secretId });
    expect(said).toMatchObject({ code: 'NOT_FOUND', status: statusFor(transport, 'NOT_FOUND') });
    expect(await rowsOf(gateway)).toBe(before);
    return said.details;
  };

  test('an own account has no secret of another tenant', async () => {
    expect(await refused(own, theirs.active)).toEqual({ field: 'secretId' });
  });

  test("an own secret is in no other tenant's account", async () => {
    expect(await refused(theirs.active, own)).toBeUndefined();
  });

  test('an account has no secret of another account of the same tenant', async () => {
    expect(await refused(own, await createAccount(gateway, admin))).toEqual({ field: 'secretId' });
  });
});

const removeKey = operation('removeServiceAccountKey');

describe.each(transports)('removeServiceAccountKey over %s', (transport) => {
  const refused = async (account: Account, { keyId }: Account) => {
    const before = await rowsOf(gateway);
    const said = await send[transport](gateway, removeKey, admin, { id: account.id, keyId });
    expect(said).toMatchObject({ code: 'NOT_FOUND', status: statusFor(transport, 'NOT_FOUND') });
    expect(await rowsOf(gateway)).toBe(before);
    return said.details;
  };

  test('an own account has no key of another tenant', async () => {
    expect(await refused(own, theirs.active)).toEqual({ field: 'keyId' });
  });

  test("an own key is in no other tenant's account", async () => {
    expect(await refused(theirs.active, own)).toBeUndefined();
  });

  test('an account has no key of another account of the same tenant', async () => {
    expect(await refused(own, await createAccount(gateway, admin))).toEqual({ field: 'keyId' });
  });
});

const list = operation('serviceAccounts');

describe.each(transports)('serviceAccounts over %s', (transport) => {
  test.each(everybody)('%s sees only its own accounts', async (caller) => {
    const said = await send[transport](gateway, list, callers[caller], {});
    expect(said.text).toContain(own.clientId);
    expect(isOfThem(said.text)).toBe(false);
  });

  test.each(everybody)('%s gets nowhere with the cursor of another tenant', async (caller) => {
    const theirPage = await send.GraphQL(gateway, list, their, { first: 1 });
    const { endCursor: after } = (theirPage.data as { pageInfo: { endCursor: string } }).pageInfo;
    const said = await send[transport](gateway, list, callers[caller], { after });
    expect(said).toMatchObject({ code: 'BAD_USER_INPUT', details: { field: 'after' } });
    expect(isOfThem(said.text)).toBe(false);
  });
});

describe.each(atTransports(operations.filter(({ isGlobal }) => !isGlobal)))(
  '$name over $transport',
  ({ operation, transport }) => {
    const { needs = 'active', args } = operation;

    test.each([
      ['that does not exist', randomUUID(), 'NOT_FOUND', undefined],
      ['that is not named', '', 'BAD_USER_INPUT', { field: 'x-tenantid' }],
    ])('nothing is in a tenant %s', async (_what, tenant, code, details) => {
      const { authorization = '' } = callers['a super_admin'];
      const before = await rowsOf(gateway);
      const asked: Headers = tenant ? { authorization, 'x-tenantid': tenant } : { authorization };
      const said = await send[transport](gateway, operation, asked, args(theirs[needs]));
      expect(said).toMatchObject({ code, status: statusFor(transport, code) });
      expect(said.details).toEqual(details);
      expect(await rowsOf(gateway)).toBe(before);
    });
  },
);

describe.each(atTransports(operations.filter(({ isBulk }) => isBulk)))('$name over $transport', (row) => {
  const { needs = 'active', args } = row.operation;

  test.each(everybody)(
    '%s changes the own ones around one of another tenant, and not that',
    async (caller) => {
      const [first, last] = [
        await createAccount(gateway, admin, needs),
        await createAccount(gateway, admin, needs),
      ];
      const asked = { ...args(first), ids: [first.id, theirs[needs].id, last.id] };
      const before = await rowsAbout(theirs[needs]);
      const { data, text, code } = await send[row.transport](gateway, row.operation, callers[caller], asked);
      expect(code).toBe('OK');
      expect(isOfThem(text)).toBe(false);
      const results = resultsIn(data);
      expect(results.map(({ id }) => id)).toEqual(asked.ids);
      expect(results.map(({ error }) => error?.code)).toEqual([undefined, 'NOT_FOUND', undefined]);
      expect(results[1]?.serviceAccount).toBeNull();
      expect(await rowsAbout(theirs[needs])).toEqual(before);
      expect(await changesOf(first, last)).toBe(2);
    },
  );
});

interface Result {
  id: string;
  serviceAccount: unknown;
  error: { code: string } | null;
}

/** Returns the results in an answer, which are the whole data of a REST answer. */
const resultsIn = (data: unknown): Result[] =>
  Array.isArray(data) ? data : (data as { results: Result[] }).results;

/** Returns the stored rows that mention an account, its secret or its key. */
const rowsAbout = async ({ id, secretId, keyId }: Account) =>
  (await rowsOf(gateway))
    .split('\n')
    .filter((line) => [id, secretId, keyId].some((one) => line.includes(one.slice(-36))));

/** Counts the accounts among the targets of the last two events. */
async function changesOf(...accounts: Account[]): Promise<number> {
  const [row] = await gateway.sql<{ count: number }>(
    `select count(distinct target)::int as count from audit_event
     where target = any ($1) and id in (
       select id from audit_event order by occurred_at desc, id desc limit 2)`,
    [accounts.map(({ id }) => id)],
  );
  return row?.count ?? 0;
}
