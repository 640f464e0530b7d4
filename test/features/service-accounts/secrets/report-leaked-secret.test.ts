import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { generateSecret } from '../../../../src/features/service-accounts/secrets/secret.js';
import { askToken, getToken, type Machine, machine } from '../../../api/oauth/machine.js';
import { introspect } from '../../../api/oauth/token-requests.js';
import { somebody } from '../../../harness/admin.js';
import { type Gateway, startGateway } from '../../../harness/gateway.js';
import { startProcess, stopAll } from '../../../harness/gateway-process.js';
import { leakedSecretCalls, type ReportCalls, reportPath } from './leaked-secrets.js';

let gateway: Gateway;
let api: Machine;
let calls: ReportCalls;
beforeAll(async () => {
  gateway = await startGateway();
  api = await machine(gateway, { permissions: ['oauth:introspect'] });
  calls = leakedSecretCalls(gateway, api.admin);
});
afterAll(async () => {
  await stopAll();
  await gateway.close();
});

/** Creates an account with a second secret. @returns the account as a machine with each of its secrets */
async function withTwoSecrets() {
  const one = await machine(gateway, {}, api.admin);
  const { body } = await api.admin.rest('POST', `/${one.id}/secret`, {});
  return [one, { ...one, clientSecret: body.data.clientSecret as string }] as const;
}

const expire = ({ id }: Machine, minutes: number) =>
  gateway.sql(
    `update service_account_secret set expires_at = now() - make_interval(mins => $2)
     where service_account_id = $1`,
    [id.slice(3), minutes],
  );

const isActive = async (token: string) => (await introspect(gateway, api, token)).body.active;

test('a report revokes the secret alone, and with it the tokens that were got with it', async () => {
  const [leaked, other] = await withTwoSecrets();
  const [ofLeaked, ofOther] = [await getToken(gateway, leaked), await getToken(gateway, other)];
  const { status, body } = await calls.report(leaked.clientSecret);
  expect(status).toBe(200);
  expect(body).toMatchObject({
    success: true,
    message: 'Leaked secret revoked successfully',
    data: {
      serviceAccount: { id: leaked.id, status: 'active' },
      secret: { hint: leaked.clientSecret.slice(-4), revokedAt: expect.any(String) },
      wasValid: true,
    },
  });
  expect([await isActive(ofLeaked), await isActive(ofOther)]).toEqual([false, true]);
  expect((await askToken(gateway, leaked)).status).toBe(401);
  expect((await askToken(gateway, other)).status).toBe(200);
});

test('the audit log names the secret by ID and hint, and the administrator who reported it', async () => {
  const one = await machine(gateway, {}, api.admin);
  const { body } = await calls.report(one.clientSecret);
  const { id: secret, hint } = body.data.secret;
  expect(await calls.entries(one)).toEqual([
    {
      caller_realm: 'acme',
      caller_id: 'a tenant_admin',
      before: null,
      after: { secret, hint },
      request_id: expect.any(String),
    },
  ]);
});

test('GraphQL does the same', async () => {
  const one = await machine(gateway, {}, api.admin);
  const { reportLeakedSecret } = await api.admin.run(
    `mutation ($input: ReportLeakedSecretInput!) {
      reportLeakedSecret(input: $input) { serviceAccount { id secrets { id } } secret { hint } wasValid } }`,
    { input: { secret: one.clientSecret } },
  );
  expect(reportLeakedSecret).toEqual({
    serviceAccount: { id: one.id, secrets: [] },
    secret: { hint: one.clientSecret.slice(-4) },
    wasValid: true,
  });
});

test('a secret that was revoked before gets the same response, without a change', async () => {
  const one = await machine(gateway, {}, api.admin);
  const first = await calls.report(one.clientSecret);
  const second = await calls.report(one.clientSecret);
  expect(second.body.data).toEqual({ ...first.body.data, wasValid: false });
  expect(await calls.entries(one)).toHaveLength(1);
});

test('two reports at the same time are one change', async () => {
  const one = await machine(gateway, {}, api.admin);
  const both = await Promise.all([1, 2].map(() => calls.report(one.clientSecret)));
  expect(both.map(({ body }) => body.data.wasValid).sort()).toEqual([false, true]);
  expect(await calls.entries(one)).toHaveLength(1);
});

test('a secret that has just expired was not valid, and the report ends its tokens', async () => {
  const one = await machine(gateway, {}, api.admin);
  const token = await getToken(gateway, one);
  await expire(one, 1);
  expect(await isActive(token)).toBe(true);
  expect((await calls.report(one.clientSecret)).body.data).toMatchObject({
    wasValid: false,
    secret: { revokedAt: expect.any(String) },
  });
  expect(await isActive(token)).toBe(false);
  expect(await calls.entries(one)).toHaveLength(1);
});

test('a secret that expired before its last tokens did is left as it is', async () => {
  const one = await machine(gateway, {}, api.admin);
  await expire(one, 61);
  const { body } = await calls.report(one.clientSecret);
  expect(body.data).toMatchObject({ wasValid: false, secret: { revokedAt: null } });
  expect(await calls.entries(one)).toEqual([]);
});

test('a disabled account has lost the secret when it is enabled again', async () => {
  const one = await machine(gateway, {}, api.admin);
  await api.admin.rest('POST', `/${one.id}/disable`);
  expect((await calls.report(one.clientSecret)).body.data).toMatchObject({ wasValid: true });
  await api.admin.rest('POST', `/${one.id}/enable`);
  expect((await askToken(gateway, one)).status).toBe(401);
});

test('the secret of a deleted account has ended with it', async () => {
  const one = await machine(gateway, {}, api.admin);
  await api.admin.rest('DELETE', `/${one.id}`);
  const { body } = await calls.report(one.clientSecret);
  expect(body.data).toMatchObject({ wasValid: false, serviceAccount: { status: 'deleted' } });
});

test('a suspended tenant does not keep a leaked secret', async () => {
  const one = await machine(gateway);
  const status = (to: string) =>
    gateway.sql('update tenant set status = $2 where id = $1', [one.admin.tenant, to]);
  await status('suspended');
  const { body } = await leakedSecretCalls(gateway, one.admin).report(one.clientSecret);
  expect(body.data).toMatchObject({ wasValid: true });
  await status('active');
  expect((await askToken(gateway, one)).status).toBe(401);
});

test('a secret that is stored under an older pepper is found', async () => {
  const one = await machine(gateway, {}, api.admin);
  const { SECRET_PEPPERS, ...env } = gateway.env;
  const peppers = `${SECRET_PEPPERS},v2:${Buffer.alloc(32, 'new').toString('base64')}`;
  const later = await startProcess({ ...env, SECRET_PEPPERS: peppers });
  await later.ready();
  const response = await fetch(`${later.url}${reportPath}`, {
    method: 'POST',
    headers: { ...api.admin.headers, 'content-type': 'application/json' },
    body: JSON.stringify({ secret: one.clientSecret }),
  });
  expect(await response.json()).toMatchObject({ data: { wasValid: true } });
});

describe('a secret that the tenant does not have', () => {
  const notFound = {
    success: false,
    code: 'NOT_FOUND',
    message: 'The tenant has no secret with this value',
    details: { field: 'secret' },
  };

  test('is not found if nobody has it', async () => {
    expect((await calls.report(generateSecret())).body).toMatchObject(notFound);
  });

  test('is not found if another tenant has it, and remains valid', async () => {
    const theirs = await machine(gateway, {}, await somebody(gateway));
    expect((await calls.report(theirs.clientSecret)).body).toMatchObject(notFound);
    expect((await askToken(gateway, theirs)).status).toBe(200);
  });
});

test('the error for a text that is no secret names the field, and does not repeat the text', async () => {
  const text = `${generateSecret().slice(0, -1)}!`;
  const { status, body } = await calls.report(text);
  expect(status).toBe(400);
  expect(body).toMatchObject({ code: 'BAD_USER_INPUT', details: { field: 'secret' } });
  expect(JSON.stringify(body)).not.toContain(text.slice(10));
});
