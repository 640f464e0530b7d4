import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { askToken, decode, type Machine, machine } from '../../../api/oauth/machine.js';
import { type Gateway, startGateway } from '../../../harness/gateway.js';

let gateway: Gateway;
beforeAll(async () => {
  gateway = await startGateway({ TOKEN_LIFETIME: '600' });
});
afterAll(() => gateway.close());

/** Gets a token. @returns its lifetime, which the answer and the token tell alike */
async function lifetimeFor(one: Machine): Promise<number> {
  const { body } = await askToken(gateway, one);
  const { iat, exp } = decode(body.access_token).payload;
  expect(exp - iat).toBe(body.expires_in);
  return body.expires_in;
}

const limitTenant = (one: Machine, seconds: number | null) =>
  one.admin.run(
    `mutation ($seconds: Int) {
      setTenantMaxTokenLifetime(input: { seconds: $seconds }) { tenant { maxTokenLifetimeSeconds } }
    }`,
    { seconds },
  );

test.each([
  ['the account and the tenant have none', null, null, 600],
  ['that of the account is below the default', 300, null, 300],
  ['that of the account is above the default', 3600, null, 3600],
  ['that of the account is below that of the tenant', 300, 900, 300],
  ['that of the account is above that of the tenant', 3600, 900, 900],
  ['the default is below that of the tenant', null, 900, 600],
  ['the default is above that of the tenant', null, 60, 60],
])('the smaller one counts: %s', async (_what, own, longest, expected) => {
  const one = await machine(gateway, { tokenLifetimeSeconds: own });
  await limitTenant(one, longest);
  expect(await lifetimeFor(one)).toBe(expected);
});

test('a change counts from the next token', async () => {
  const one = await machine(gateway, { tokenLifetimeSeconds: 300 });
  await one.admin.rest('PATCH', `/${one.id}`, { tokenLifetimeSeconds: 90 });
  expect(await lifetimeFor(one)).toBe(90);
  await limitTenant(one, 80);
  expect(await lifetimeFor(one)).toBe(80);
  await limitTenant(one, null);
  await one.admin.rest('PATCH', `/${one.id}`, { tokenLifetimeSeconds: null });
  expect(await lifetimeFor(one)).toBe(600);
});

test('the maximum of another tenant does not count', async () => {
  await limitTenant(await machine(gateway), 60);
  expect(await lifetimeFor(await machine(gateway))).toBe(600);
});

test('a token ends with its account at the latest, whatever its lifetime', async () => {
  const expiresAt = new Date(Date.now() + 120_000).toISOString();
  const one = await machine(gateway, { tokenLifetimeSeconds: 3600, expiresAt });
  const lifetime = await lifetimeFor(one);
  expect(lifetime).toBeLessThanOrEqual(120);
  expect(lifetime).toBeGreaterThan(90);
  await limitTenant(one, 60);
  expect(await lifetimeFor(one)).toBe(60);
});
