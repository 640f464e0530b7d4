import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import pg from 'pg';
import { type Somebody, somebody } from '../../../harness/admin.js';
import { type Gateway, startGateway } from '../../../harness/gateway.js';
import { untilLocked } from '../../../harness/until-locked.js';

let gateway: Gateway;
beforeAll(async () => {
  gateway = await startGateway();
});
afterAll(() => gateway.close());

async function scene(size: number) {
  const here = await somebody(gateway);
  const ids: string[] = [];
  for (let n = 0; n < size; n++) ids.push((await here.create()).id);
  return { here, ids };
}

const liveOf = async (ids: string[]) =>
  (
    await gateway.sql<{ account: string; id: string }>(
      `select 'sa-' || service_account_id as account, 'secret-' || id as id from service_account_secret
       where 'sa-' || service_account_id = any ($1)
         and revoked_at is null and (expires_at is null or expires_at > now()) order by created_at, id`,
      [ids],
    )
  ).map(({ id }) => id);

const eventsOf = ({ tenant }: Somebody) =>
  gateway.sql<{ target: string }>(
    `select target, before, after, caller_id, caller_name, outcome from audit_event
     where tenant_id = $1 and action = 'service_account.revoke_all_secrets' order by target`,
    [tenant],
  );

const ask = {
  GraphQL: async (who: Somebody, input?: object) => {
    const { body } = await who.graphql(
      `mutation ($input: RevokeAllServiceAccountSecretsInput) {
        revokeAllServiceAccountSecrets(input: $input) { count } }`,
      { input },
    );
    return { data: body.data?.revokeAllServiceAccountSecrets, ...body.errors?.[0].extensions };
  },
  REST: async (who: Somebody, input?: object) => (await who.rest('POST', '/revoke-all-secrets', input)).body,
};

describe.each(['GraphQL', 'REST'] as const)('over %s', (transport) => {
  const revokeAll = ask[transport];

  test("ends all of the tenant's secrets, and nobody else's, and records them by account", async () => {
    const { here, ids } = await scene(3);
    const [first = '', gone = '', expired = ''] = ids;
    await here.rest('POST', `/${first}/secret`);
    await here.rest('DELETE', `/${gone}`);
    await here.rest('POST', `/${expired}/disable`);
    const secrets = [await liveOf([first]), await liveOf([expired])];
    expect(secrets.flat()).toHaveLength(3);
    const others = await scene(1);

    expect((await revokeAll(here)).data).toEqual({ count: 3 });
    expect(await liveOf(ids)).toEqual([]);
    expect(await liveOf(others.ids)).toHaveLength(1);
    const who = { caller_id: 'a tenant_admin', caller_name: 'Ada', outcome: 'success', before: null };
    const event = (target: string, revoked: string[] = []) => ({
      ...who,
      target,
      after: { secrets: revoked.toSorted() },
    });
    expect(await eventsOf(here)).toEqual([event(first, secrets[0]), event(expired, secrets[1])]);

    expect((await revokeAll(here)).data).toEqual({ count: 0 });
    expect(await eventsOf(here)).toHaveLength(2);
  });

  test('revokes the secrets that were created before a time', async () => {
    const { here, ids } = await scene(2);
    await gateway.sql(
      `update service_account_secret set created_at = created_at - interval '1 hour'
       where 'sa-' || service_account_id = any ($1)`,
      [ids],
    );
    await here.rest('POST', `/${ids[0]}/secret`);
    const createdBefore = new Date(Date.now() - 60_000).toISOString();
    expect((await revokeAll(here, { createdBefore })).data).toEqual({ count: 2 });
    expect(await liveOf(ids)).toHaveLength(1);
    expect(await eventsOf(here)).toHaveLength(2);
  });

  test('names what is wrong', async () => {
    const { here, ids } = await scene(1);
    for (const field of ['createdBefore', 'createdAfter']) {
      const { code } = await revokeAll(here, { [field]: 'yesterday' });
      expect(code).toBe('BAD_USER_INPUT');
    }
    expect(await liveOf(ids)).toHaveLength(1);
  });

  test('is refused in a tenant that is suspended, or does not exist', async () => {
    const { here, ids } = await scene(1);
    await gateway.sql(`update tenant set status = 'suspended' where id = $1`, [here.tenant]);
    expect(await revokeAll(here)).toMatchObject({ code: 'TENANT_SUSPENDED' });
    expect(await liveOf(ids)).toHaveLength(1);
    expect(await eventsOf(here)).toEqual([]);
    const nowhere = await somebody(gateway, randomUUID(), 'super_admin');
    expect(await revokeAll(nowhere)).toMatchObject({ code: 'NOT_FOUND' });
  });
});

describe('while an administrator changes an account', () => {
  /**
   * Runs a statement in a transaction that locks the account's row, and asks to revoke all secrets during that time.
   * @param beforeCommit what happens before the transaction ends
   */
  async function beside(
    id: string,
    here: Somebody,
    statement: string,
    beforeCommit: (answer: Promise<unknown>) => Promise<unknown>,
  ) {
    const client = new pg.Client(gateway.databaseUrl);
    await client.connect();
    try {
      await client.query('begin');
      await client.query('select from service_account where id = $1 for update', [id.slice(3)]);
      await client.query(statement, [id.slice(3)]);
      const pending = ask.REST(here);
      await beforeCommit(pending);
      await client.query('commit');
      return await pending;
    } finally {
      await client.end();
    }
  }

  const newSecret = `
    insert into service_account_secret (id, service_account_id, hash, pepper_version, hint, created_at)
    values (gen_random_uuid(), $1, gen_random_uuid()::text::bytea, 'v1', 'abcd', now())`;

  test('a secret that is made by who was first is ended, too', async () => {
    const { here, ids } = await scene(3);
    const { data } = await beside(ids[1] ?? '', here, newSecret, () => untilLocked(gateway));
    expect(data).toEqual({ count: 4 });
    expect(await liveOf(ids)).toEqual([]);
  });

  test('one of an account that had none is not waited for', async () => {
    const { here, ids } = await scene(2);
    const [without = '', other = ''] = ids;
    for (const secret of await liveOf([without])) await here.rest('DELETE', `/${without}/secret/${secret}`);
    const { data } = await beside(without, here, newSecret, (answer) => answer);
    expect(data).toEqual({ count: 1 });
    expect(await liveOf([other])).toEqual([]);
    expect((await ask.REST(here)).data).toEqual({ count: 1 });
  });
});
