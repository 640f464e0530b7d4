import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type Somebody, somebody } from '../../harness/admin.js';
import { type Gateway, startGateway } from '../../harness/gateway.js';
import { bulkCalls, bulkOf } from './bulk-calls.js';

let gateway: Gateway;
let admin: Somebody;
beforeAll(async () => {
  gateway = await startGateway();
  admin = await somebody(gateway);
});
afterAll(() => gateway.close());

/** Makes a number of accounts in a new tenant. */
async function scene(size: number) {
  const here = await somebody(gateway);
  const accounts = [];
  for (let n = 0; n < size; n++) accounts.push(await here.create({ name: `account ${n}` }));
  return { here, ids: accounts.map(({ id }): string => id) };
}

const eventsOf = (ids: string[]) =>
  gateway.sql<{ target: string; action: string; request_id: string }>(
    `select target, action, request_id, before, after from audit_event
     where target = any ($1) and action <> 'service_account.create' order by occurred_at, target`,
    [ids],
  );

const storedOf = (ids: string[]) =>
  gateway.sql<{ id: string; status: string; version: number }>(
    `select 'sa-' || id as id, status, version, permissions, deleted_at from service_account
     where 'sa-' || id = any ($1) order by id`,
    [ids],
  );

describe.each(['GraphQL', 'REST'] as const)('over %s', (transport) => {
  const ask = (who: Somebody, name: keyof typeof bulkCalls, input: Record<string, unknown>) =>
    bulkOf[transport](who, name, input);

  test.each([
    ['disable', {}, { status: 'disabled' }],
    ['setPermissions', { permissions: ['api:write'] }, { permissions: ['api:write'] }],
    ['delete', {}, { status: 'deleted' }],
  ] as const)('%s changes all, in the order asked, and records each as for one', async (name, more, fact) => {
    const { here, ids } = await scene(4);
    const [single = '', ...rest] = ids;
    const asked = rest.toReversed();
    await bulkCalls[name].single(here, single, more);
    const { results } = await ask(here, name, { ids: asked, ...more });
    expect(results.map(({ id }) => id)).toEqual(asked);
    for (const { serviceAccount, error, id } of results) {
      expect(error).toBeNull();
      expect(serviceAccount).toMatchObject({ id, version: 2, ...fact });
    }
    const [first, ...events] = await eventsOf(ids);
    expect(events).toHaveLength(3);
    for (const { target, ...event } of events) {
      expect(rest).toContain(target);
      const ended =
        name === 'delete'
          ? { revokedSecrets: [expect.stringMatching(/^secret-/)], removedKeys: [], removedTrusts: [] }
          : {};
      expect({ ...event, request_id: '' }).toEqual({
        ...first,
        target: undefined,
        request_id: '',
        after: { ...fact, ...ended },
      });
    }
    for (const row of await storedOf(rest)) expect(row).toMatchObject({ version: 2, ...fact });
  });

  test('enable changes and records only disabled accounts', async () => {
    const { here, ids } = await scene(3);
    await ask(here, 'disable', { ids: ids.slice(0, 2) });
    const { results } = await ask(here, 'enable', { ids });
    expect(results.map(({ serviceAccount }) => serviceAccount?.version)).toEqual([3, 3, 1]);
    const enabled = (await eventsOf(ids)).filter(({ action }) => action === 'service_account.enable');
    expect(enabled.map(({ target }) => target)).toEqual(ids.slice(0, 2).sort());
  });

  test('an account that fails stops no other', async () => {
    const { here, ids } = await scene(3);
    const [gone = '', ...others] = ids;
    await here.rest('DELETE', `/${gone}`);
    const foreign = await admin.create();
    const unknown = `sa-${randomUUID()}`;
    const asked = [others[0], foreign.id, gone, unknown, others[1]];
    const { results } = await ask(here, 'disable', { ids: asked });
    expect(results.map(({ id }) => id)).toEqual(asked);
    expect(results.map(({ serviceAccount }) => serviceAccount?.status ?? null)).toEqual([
      'disabled',
      null,
      null,
      null,
      'disabled',
    ]);
    const missing = {
      code: 'NOT_FOUND',
      message: 'The service account does not exist in this tenant',
      field: null,
    };
    expect(results.map(({ error }) => error)).toEqual([
      null,
      missing,
      {
        code: 'CONFLICT',
        message: 'status: the service account is deleted; restore it first',
        field: 'status',
      },
      missing,
      null,
    ]);
    expect(await storedOf([foreign.id])).toMatchObject([{ status: 'active', version: 1 }]);
    expect(await eventsOf([foreign.id, unknown])).toEqual([]);
  });

  test('deleting frees a place for each deleted account, and none for accounts that were deleted before', async () => {
    const { here, ids } = await scene(4);
    await ask(here, 'delete', { ids: ids.slice(0, 2) });
    const { results } = await ask(here, 'delete', { ids: ids.slice(1) });
    expect(results.map(({ error }) => error)).toEqual([null, null, null]);
    const [tenant] = await gateway.sql('select service_account_count as count from tenant where id = $1', [
      here.tenant,
    ]);
    expect(tenant).toEqual({ count: 0 });
    expect(await eventsOf(ids)).toHaveLength(4);
  });

  test('a restricted permission is refused where it would be new', async () => {
    await gateway.sql(
      `insert into permission (name, description, restricted) values ('vault:open', '', true) on conflict do nothing`,
    );
    const { here, ids } = await scene(2);
    const root = await somebody(gateway, here.tenant, 'super_admin');
    const permissions = ['vault:open', 'api:read'];
    await ask(root, 'setPermissions', { ids: ids.slice(0, 1), permissions });
    const { results } = await ask(here, 'setPermissions', { ids, permissions });
    expect(results.map(({ error }) => error)).toEqual([
      null,
      { code: 'FORBIDDEN', message: 'Only a super_admin may grant vault:open', field: 'permissions' },
    ]);
    const [one, two] = await storedOf(ids);
    expect(one).toMatchObject({ permissions: ['api:read', 'vault:open'], version: 2 });
    expect(two).toMatchObject({ version: 1 });
  });

  describe('refuses the whole call, and changes nothing,', () => {
    test.each<[string, (ids: string[]) => Record<string, unknown>, string]>([
      ['without ids', () => ({ ids: [] }), 'ids'],
      ['over 100 ids', () => ({ ids: Array.from({ length: 101 }, () => `sa-${randomUUID()}`) }), 'ids'],
      ['for an ID that occurs twice', ([a = '', b]) => ({ ids: [a, b, a.toUpperCase()] }), 'ids'],
      ['for a malformed id', ([a, b]) => ({ ids: [a, b, 'nonsense'] }), 'ids.2'],
      ['for an id of another kind', ([a]) => ({ ids: [a, `secret-${randomUUID()}`] }), 'ids.1'],
      ['for an unknown permission', (ids) => ({ ids, permissions: ['no:where'] }), 'permissions'],
    ])('%s', async (_what, inputOf, field) => {
      const { here, ids } = await scene(2);
      const input = inputOf(ids);
      for (const name of ['disable', 'delete', 'setPermissions'] as const) {
        const refusesPermissions = field === 'permissions';
        if (refusesPermissions && name !== 'setPermissions') continue;
        const more = name === 'setPermissions' ? { permissions: ['api:read'] } : {};
        const { error } = await ask(here, name, { ...more, ...input });
        expect(error).toMatchObject({ code: 'BAD_USER_INPUT', details: { field } });
      }
      for (const row of await storedOf(ids)) expect(row).toMatchObject({ version: 1 });
    });

    test('in a tenant that is suspended', async () => {
      const { here, ids } = await scene(1);
      await gateway.sql(`update tenant set status = 'suspended' where id = $1`, [here.tenant]);
      const { error } = await ask(here, 'disable', { ids: [...ids, `sa-${randomUUID()}`] });
      expect(error).toMatchObject({ code: 'TENANT_SUSPENDED' });
      for (const row of await storedOf(ids)) expect(row).toMatchObject({ version: 1 });
    });

    test('in a tenant that does not exist', async () => {
      const nowhere = await somebody(gateway, randomUUID(), 'super_admin');
      const { error } = await ask(nowhere, 'disable', { ids: [`sa-${randomUUID()}`] });
      expect(error).toMatchObject({ code: 'NOT_FOUND', message: 'The tenant does not exist' });
    });
  });
});
