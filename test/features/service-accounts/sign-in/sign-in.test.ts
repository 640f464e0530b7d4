import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { askToken, basic, post } from '../../../api/oauth/machine.js';
import { introspect } from '../../../api/oauth/token-requests.js';
import { type Somebody, somebody } from '../../../harness/admin.js';
import { holdIntervals, restoreClock } from '../../../harness/clock.js';
import { type Gateway, startGateway } from '../../../harness/gateway.js';
import { startTwoGateways } from '../../../harness/two-gateways.js';
import { until } from '../../../harness/until.js';
import { createMachine, issued, isUsed, type Machine, read, total } from './machines.js';

let gateway: Gateway;
let admin: Somebody;
let pass: (time: number) => void;
beforeAll(async () => {
  pass = holdIntervals();
  gateway = await startGateway();
  admin = await somebody(gateway);
});
afterAll(async () => {
  restoreClock();
  await gateway.close();
});

test('a token is a use of account and secret, and changes nothing else of them', async () => {
  const machine = await createMachine(admin);
  const before = await read(admin, machine);
  expect(isUsed(before)).toBe(false);
  const from = Date.now();
  expect((await askToken(gateway, machine)).status).toBe(200);
  expect(await read(admin, machine)).toEqual(before);
  pass(10_000);
  const { account, secret } = await until(() => read(admin, machine), isUsed);
  for (const { lastUsedAt } of [account, secret]) expect(Date.parse(lastUsedAt)).toBeGreaterThanOrEqual(from);
  expect(account).toEqual({ ...before.account, lastUsedAt: account.lastUsedAt });
  expect(secret).toEqual({ ...before.secret, lastUsedAt: secret.lastUsedAt });
});

test('only the secret that was used was used', async () => {
  const machine = await createMachine(admin);
  const { body } = await admin.rest('POST', `/${machine.id}/secret`);
  const { clientSecret } = body.data;
  await askToken(gateway, { ...machine, clientSecret });
  pass(10_000);
  const secrets = await until(
    async () => (await admin.rest('GET', `/${machine.id}/secret`)).body.data,
    ([newest]) => newest.lastUsedAt !== null,
  );
  expect(secrets.map(({ lastUsedAt }: { lastUsedAt: unknown }) => lastUsedAt)).toEqual([
    expect.any(String),
    null,
  ]);
});

test.each([
  ['got a token', (machine: Machine) => askToken(gateway, machine)],
  ['introspected a token', (machine: Machine) => introspect(gateway, machine, 'any')],
])('who has %s is not among the unused any more', async (what, use) => {
  const machine = await createMachine(admin, { owner: what });
  const unused = async () => {
    const since = encodeURIComponent(new Date(Date.now() + 60_000).toISOString());
    const before = encodeURIComponent(new Date(Date.now() - 60_000).toISOString());
    const ids = async (time: string) =>
      (await admin.rest('GET', `?owner=${encodeURIComponent(what)}&unusedSince=${time}`)).body.data.map(
        ({ id }: { id: string }) => id,
      );
    return [await ids(since), await ids(before)];
  };
  await gateway.sql(`update service_account set created_at = created_at - interval '1 day' where id = $1`, [
    machine.stored.accountId,
  ]);
  expect(await unused()).toEqual([[machine.id], [machine.id]]);
  await use(machine);
  pass(10_000);
  const used = await until(unused, ([, before]) => before.length === 0);
  expect(used).toEqual([[machine.id], []]);
});

const grant = { grant_type: 'client_credentials' };

// biome-ignore format: each row stays on its line
test.each<[string, string, Record<string, string>, number]>([
  ['an introspection', 'introspect', { token: 'any' }, 200],
  ['a revocation', 'revoke', { token: 'any' }, 200],
  ['a token request for a scope that is not granted', 'token', { ...grant, scope: 'no:such' }, 400],
  ['a token request for another audience', 'token', { ...grant, resource: 'https://other.example.com' }, 400],
  ['a token request with another grant type', 'token', { grant_type: 'password' }, 400],
  ['an introspection of nothing', 'introspect', {}, 400],
  ['a revocation of nothing', 'revoke', {}, 400],
])('%s is a use of account and secret, and no token', async (_what, endpoint, params, status) => {
  const machine = await createMachine(admin);
  const answer = await post(gateway, endpoint, params, { authorization: basic(machine) });
  expect(answer.status).toBe(status);
  pass(10_000);
  expect(isUsed(await until(() => read(admin, machine), isUsed))).toBe(true);
  expect(await issued(admin, machine)).toEqual([]);
});

const past = `now() - interval '1 second'`;

// biome-ignore format: each row stays on its line
test.each([
  ['a secret that was revoked', `update service_account_secret set revoked_at = ${past} where service_account_id = $1`],
  ['a secret that has expired', `update service_account_secret set expires_at = ${past} where service_account_id = $1`],
  ['a disabled account', `update service_account set status = 'disabled' where id = $1`],
  ['an account that has expired', `update service_account set expires_at = ${past} where id = $1`],
  ['an account of a suspended tenant', `update tenant set status = 'suspended' where id = (select tenant_id from service_account where id = $1)`],
])('%s is not used by requests that are refused', async (_what, change) => {
  const own = await somebody(gateway);
  const [machine, used] = [await createMachine(own), await createMachine(admin)];
  await gateway.sql(change, [machine.stored.accountId]);
  for (const endpoint of ['token', 'introspect', 'revoke']) {
    const { status } = await post(gateway, endpoint, { ...grant, token: 'any' }, { authorization: basic(machine) });
    expect(status).toBe(401);
  }
  await askToken(gateway, used);
  pass(10_000);
  await until(() => read(admin, used), isUsed);
  const rows = await gateway.sql(
    `select account.last_used_at as account, secret.last_used_at as secret from service_account account
       join service_account_secret secret on secret.service_account_id = account.id where account.id = $1`,
    [machine.stored.accountId],
  );
  expect(rows).toEqual([{ account: null, secret: null }]);
});

test('a wrong secret is a use of nothing', async () => {
  const [machine, used] = [await createMachine(admin), await createMachine(admin)];
  await askToken(gateway, { ...machine, clientSecret: used.clientSecret });
  await askToken(gateway, used);
  pass(10_000);
  await until(() => read(admin, used), isUsed);
  expect(isUsed(await read(admin, machine))).toBe(false);
  expect([await issued(admin, machine), total(await issued(admin, used))]).toEqual([[], 1]);
});

test('two gateways count every token once, those of their last seconds too', async () => {
  const [one, other] = [await createMachine(admin), await createMachine(admin)];
  const machines = [one, other];
  const { processes } = await startTwoGateways(gateway);
  const requests = Array.from({ length: 60 }, async (_, index) => {
    const authorization = basic(index % 3 === 0 ? one : other);
    const body = new URLSearchParams({ grant_type: 'client_credentials' });
    const url = `${processes[index % 2]?.url}/oauth2/token`;
    const { status } = await fetch(url, { method: 'POST', headers: { authorization }, body });
    return status;
  });
  expect(new Set(await Promise.all(requests))).toEqual(new Set([200]));
  await Promise.all(processes.map((one) => one.stop()));
  const counts = await Promise.all(machines.map((machine) => issued(admin, machine)));
  expect(counts.map(total)).toEqual([20, 40]);
  for (const machine of machines) expect(isUsed(await read(admin, machine))).toBe(true);
});
