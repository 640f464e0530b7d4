import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { looksLikeSecret } from '../../../../src/features/service-accounts/secrets/secret.js';
import { type Somebody, somebody } from '../../../harness/admin.js';
import { type Gateway, startGateway } from '../../../harness/gateway.js';
import { bulkOf } from '../bulk-calls.js';

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

interface Row {
  id: string;
  account: string;
  lives: boolean;
  seconds: number | null;
}

const secretsOf = (ids: string[]) =>
  gateway.sql<Row>(
    `select 'secret-' || id as id, 'sa-' || service_account_id as account,
       revoked_at is null and (expires_at is null or expires_at > now()) as lives,
       extract(epoch from expires_at - now())::float as seconds
     from service_account_secret where 'sa-' || service_account_id = any ($1) order by created_at, id`,
    [ids],
  );

const eventsOf = (ids: string[], action: string) =>
  gateway.sql<{ target: string; after: Record<string, unknown> }>(
    'select target, after from audit_event where target = any ($1) and action = $2 order by target',
    [ids, action],
  );

const conflictOver = {
  code: 'CONFLICT',
  message:
    'idempotencyKey: the secret in the first response is no longer valid; use a new key to create another secret',
  field: 'idempotencyKey',
};

describe.each(['GraphQL', 'REST'] as const)('over %s', (transport) => {
  const rotate = (who: Somebody, input: Record<string, unknown>, key?: string) =>
    bulkOf[transport](who, 'rotate', input, key ? { 'idempotency-key': key } : {});
  const newKey = () => `bulk-${randomUUID()}`;

  test('each account has a new secret, and the others expire at the end of the overlap', async () => {
    const { here, ids } = await scene(3);
    const before = await secretsOf(ids);
    const { results, headers } = await rotate(here, { ids: ids.toReversed(), overlapSeconds: 60 });
    expect(results.map(({ id }) => id)).toEqual(ids.toReversed());
    expect(headers.get('cache-control')).toBe('no-store');
    expect(new Set(results.map(({ clientSecret }) => clientSecret)).size).toBe(3);
    const rows = await secretsOf(ids);
    expect(rows).toHaveLength(6);
    const events = await eventsOf(ids, 'service_account.rotate_secret');
    for (const { id, serviceAccount, secret, clientSecret, error } of results) {
      expect(error).toBeNull();
      expect(serviceAccount).toMatchObject({ id, version: 1 });
      expect(looksLikeSecret(clientSecret ?? '')).toBe(true);
      expect(clientSecret?.slice(-4)).toBe(secret?.hint);
      const [old, fresh] = rows.filter(({ account }) => account === id);
      expect(fresh).toMatchObject({ id: secret?.id, lives: true, seconds: null });
      expect(before).toContainEqual({ ...old, seconds: null });
      expect(Math.abs((old?.seconds ?? 0) - 60)).toBeLessThan(10);
      const event = events.find(({ target }) => target === id);
      const ended = [{ secret: old?.id, expiresAt: expect.any(String) }];
      expect(event?.after).toEqual({ secret: secret?.id, overlapSeconds: 60, ended });
    }
    expect(events).toHaveLength(3);
  });

  test('an account that fails stops no other, and keeps its secrets as they are', async () => {
    const { here, ids } = await scene(4);
    const [full = '', gone = '', ...others] = ids;
    for (let n = 2; n <= 5; n++) await here.rest('POST', `/${full}/secret`);
    await here.rest('DELETE', `/${gone}`);
    const foreign = (await scene(1)).ids[0] ?? '';
    const before = await secretsOf([full, gone, foreign]);
    const { results } = await rotate(here, { ids: [others[0], full, gone, foreign, others[1]] });
    expect(results.map(({ error }) => error && [error.code, error.field])).toEqual([
      null,
      ['CONFLICT', 'secrets'],
      ['CONFLICT', 'status'],
      ['NOT_FOUND', null],
      null,
    ]);
    for (const { error, serviceAccount, secret, clientSecret } of results) {
      if (error) expect([serviceAccount, secret, clientSecret]).toEqual([null, null, null]);
    }
    expect(
      (await secretsOf([full, gone, foreign])).map(({ id, lives, seconds }) => [id, lives, seconds === null]),
    ).toEqual(before.map(({ id, lives, seconds }) => [id, lives, seconds === null]));
    expect(await eventsOf(ids, 'service_account.rotate_secret')).toHaveLength(2);
    const { results: again } = await rotate(here, { ids: [full], overlapSeconds: 0 });
    expect(again[0]?.error).toBeNull();
    expect((await secretsOf([full])).filter(({ lives }) => lives)).toHaveLength(1);
  });

  test('an overlap that is too long refuses the whole call', async () => {
    const { here, ids } = await scene(1);
    const { error } = await rotate(here, { ids, overlapSeconds: 2_592_001 });
    expect(error).toMatchObject({ code: 'BAD_USER_INPUT', details: { field: 'overlapSeconds' } });
    expect(await secretsOf(ids)).toHaveLength(1);
  });

  describe('under an idempotency key', () => {
    test('a retry has the first answer, secrets and failures included', async () => {
      const { here, ids } = await scene(2);
      const unknown = `sa-${randomUUID()}`;
      const input = { ids: [ids[1], unknown, ids[0]] };
      const key = newKey();
      const first = await rotate(here, input, key);
      await here.rest('POST', `/${ids[0]}/disable`);
      const again = await rotate(here, input, key);
      expect(again.results).toEqual(first.results);
      expect(first.headers.get('idempotency-replayed')).toBeNull();
      expect(again.headers.get('idempotency-replayed')).toBe('true');
      expect(await secretsOf(ids)).toHaveLength(4);
      expect(await eventsOf(ids, 'service_account.rotate_secret')).toHaveLength(2);
      const replays = await eventsOf([...ids, unknown], 'service_account.rotate_secret.replay');
      expect(replays.map(({ target }) => target)).toEqual(ids.toSorted());
    });

    test('at the same time, several have one answer', async () => {
      const { here, ids } = await scene(5);
      const key = newKey();
      const answers = await Promise.all([1, 2, 3].map(() => rotate(here, { ids }, key)));
      const [first] = answers;
      for (const { results } of answers) expect(results).toEqual(first?.results);
      expect(await secretsOf(ids)).toHaveLength(10);
    });

    test('with other input it is refused', async () => {
      const { here, ids } = await scene(2);
      const key = newKey();
      await rotate(here, { ids }, key);
      for (const input of [{ ids: ids.slice(1) }, { ids: ids.toReversed() }, { ids, overlapSeconds: 1 }]) {
        expect((await rotate(here, input, key)).error).toMatchObject({ code: 'IDEMPOTENCY_KEY_REUSED' });
      }
      const single = await here.rest('POST', `/${ids[0]}/rotate-secret`, undefined, {
        'idempotency-key': key,
      });
      expect(single.body.code).toBe('IDEMPOTENCY_KEY_REUSED');
      expect(await secretsOf(ids)).toHaveLength(4);
    });

    test('revoked secrets are conflicts, and the others are returned', async () => {
      const { here, ids } = await scene(4);
      const [revoked = '', deleted = '', kept = '', expired = ''] = ids;
      const key = newKey();
      const { results } = await rotate(here, { ids }, key);
      await here.rest('DELETE', `/${revoked}/secret/${results[0]?.secret?.id}`);
      await here.rest('DELETE', `/${deleted}`);
      await here.rest('POST', `/${expired}/rotate-secret`, { overlapSeconds: 0 });
      const again = await rotate(here, { ids }, key);
      expect(again.results.map(({ error }) => error)).toEqual([
        conflictOver,
        conflictOver,
        null,
        conflictOver,
      ]);
      expect(again.results[2]).toEqual(results[2]);
      for (const { error, clientSecret } of again.results) if (error) expect(clientSecret).toBeNull();
      const replays = await eventsOf(ids, 'service_account.rotate_secret.replay');
      expect(replays.map(({ target }) => target)).toEqual([kept]);

      await here.rest('DELETE', `/${kept}`);
      const { error } = await rotate(here, { ids }, key);
      const { field, ...conflict } = conflictOver;
      expect(error).toMatchObject({ ...conflict, details: { field } });
      expect(await eventsOf(ids, 'service_account.rotate_secret.replay')).toHaveLength(1);
    });

    test('where nothing was made, nothing is stored', async () => {
      const { here, ids } = await scene(1);
      const key = newKey();
      const missing = [`sa-${randomUUID()}`];
      const { results } = await rotate(here, { ids: missing }, key);
      expect(results.map(({ error }) => error?.code)).toEqual(['NOT_FOUND']);
      const other = await rotate(here, { ids }, key);
      expect(other.results.map(({ error }) => error)).toEqual([null]);
    });

    test('where nothing more can be made, a retry still has the first answer', async () => {
      const { here, ids } = await scene(1);
      for (let n = 2; n <= 4; n++) await here.rest('POST', `/${ids[0]}/secret`);
      const key = newKey();
      const first = await rotate(here, { ids }, key);
      expect((await rotate(here, { ids })).results[0]?.error?.code).toBe('CONFLICT');
      expect((await rotate(here, { ids }, key)).results).toEqual(first.results);
    });

    test('neither key nor secrets stand in the database', async () => {
      const { here, ids } = await scene(2);
      const key = newKey();
      const { results } = await rotate(here, { ids }, key);
      const rows = await gateway.sql<{ text: string; ids: string[] }>(
        `select key::text as text, array(select 'secret-' || unnest(secret_ids)) as ids
         from idempotency_key key where 'secret-' || secret_id = $1`,
        [results[0]?.secret?.id],
      );
      expect(rows).toHaveLength(1);
      for (const { text, ids: stored } of rows) {
        expect(stored).toEqual(results.map(({ secret }) => secret?.id));
        for (const hidden of [key, ...results.map(({ clientSecret }) => clientSecret ?? '')])
          for (const form of [hidden, Buffer.from(hidden).toString('hex')]) expect(text).not.toContain(form);
      }
    });
  });
});
