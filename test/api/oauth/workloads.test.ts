import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type Gateway, startGateway } from '../../harness/gateway.js';
import { until } from '../../harness/until.js';
import { seconds } from './assertions.js';
import { askToken, basic, decode, machine, post } from './machine.js';
import {
  addTrust,
  exchangeForm,
  removeTrust,
  trustingMachine,
  wayNames,
  ways,
  workloadToken,
} from './workloads.js';

let gateway: Gateway;
beforeAll(async () => {
  gateway = await startGateway();
});
afterAll(() => gateway.close());

/** Creates a machine that may introspect the tokens of a tenant. */
const mayIntrospect = (admin: Parameters<typeof machine>[2]) =>
  machine(gateway, { permissions: ['oauth:introspect'] }, admin);

const introspect = async (by: Awaited<ReturnType<typeof machine>>, token: string) =>
  (await post(gateway, 'introspect', { token }, { authorization: basic(by) })).body;

describe.each(wayNames)('with a %s', (way) => {
  const { present } = ways[way];

  test('a workload gets an access token, which names the trust', async () => {
    const one = await trustingMachine(gateway);
    const { status, body, headers } = await present(
      gateway,
      one.clientId,
      await workloadToken(gateway.workloads, one),
    );
    expect({ status, cache: headers.get('cache-control') }).toEqual({ status: 200, cache: 'no-store' });
    expect(body).toEqual({
      access_token: expect.any(String),
      token_type: 'Bearer',
      expires_in: expect.any(Number),
      scope: 'api:read api:write',
      ...(way === 'token exchange' && {
        issued_token_type: 'urn:ietf:params:oauth:token-type:access_token',
      }),
    });
    expect(decode(body.access_token)).toMatchObject({
      header: { typ: 'at+jwt' },
      payload: {
        iss: 'https://gateway.example.com/oauth2',
        aud: 'https://gateway.example.com/api',
        sub: one.id,
        client_id: one.clientId,
        tenant_id: one.admin.tenant,
        credential_id: one.trustId,
      },
    });
  });

  test('the access token never outlives the token of the workload', async () => {
    const one = await trustingMachine(gateway, {}, { tokenLifetimeSeconds: 600 });
    const exp = seconds() + 90;
    const { body } = await present(
      gateway,
      one.clientId,
      await workloadToken(gateway.workloads, one, { exp }),
    );
    expect(decode(body.access_token).payload.exp).toBeLessThanOrEqual(exp);
    expect(body.expires_in).toBeGreaterThan(80);
  });

  test('the access token does not live longer than others, whatever the token of the workload says', async () => {
    const one = await trustingMachine(gateway, {}, { tokenLifetimeSeconds: 120 });
    const token = await workloadToken(gateway.workloads, one, { exp: seconds() + 86_400 });
    expect((await present(gateway, one.clientId, token)).body.expires_in).toBe(120);
  });

  test('a workload asks for a part of the permissions', async () => {
    const one = await trustingMachine(gateway);
    const token = await workloadToken(gateway.workloads, one);
    const { body } = await present(gateway, one.clientId, token, { scope: 'api:read' });
    expect(body.scope).toBe('api:read');
    expect((await present(gateway, one.clientId, token, { scope: 'keys:sign' })).body.error).toBe(
      'invalid_scope',
    );
  });

  test('the same token gets several access tokens, because the issuer does not require single use', async () => {
    const one = await trustingMachine(gateway);
    const token = await workloadToken(gateway.workloads, one);
    const all = [await present(gateway, one.clientId, token), await present(gateway, one.clientId, token)];
    expect(all.map(({ status }) => status)).toEqual([200, 200]);
  });

  test('all claims of a trust count, also inside other claims, and as numbers', async () => {
    const claims = [
      { name: 'repository', value: 'acme/api' },
      { name: '/kubernetes.io/namespace', value: 'prod' },
      { name: 'run_attempt', value: '2' },
      { name: 'protected', value: 'true' },
    ];
    const one = await trustingMachine(gateway, { claims });
    const right = {
      repository: 'acme/api',
      'kubernetes.io': { namespace: 'prod' },
      run_attempt: 2,
      protected: true,
    };
    const token = await workloadToken(gateway.workloads, one, right);
    expect((await present(gateway, one.clientId, token)).status).toBe(200);
    const flat = { ...right, 'kubernetes.io': undefined, 'kubernetes.io.namespace': 'prod' };
    const wrong = await workloadToken(gateway.workloads, one, flat);
    expect(await present(gateway, one.clientId, wrong)).toMatchObject(ways[way].error);
  });

  test('an account can have trusts, keys and secrets, and several trusts in one issuer', async () => {
    const one = await trustingMachine(gateway);
    await addTrust(one, { subject: 'another' });
    for (const { subject } of [one, { subject: 'another' }]) {
      const token = await workloadToken(gateway.workloads, { subject });
      expect((await present(gateway, one.clientId, token)).status).toBe(200);
    }
    expect((await askToken(gateway, one)).status).toBe(200);
  });

  test('introspection knows the access token until the trust is removed', async () => {
    const one = await trustingMachine(gateway);
    const by = await mayIntrospect(one.admin);
    const { body } = await present(gateway, one.clientId, await workloadToken(gateway.workloads, one));
    expect(await introspect(by, body.access_token)).toMatchObject({
      active: true,
      credential_id: one.trustId,
    });
    await removeTrust(one, one.trustId);
    expect(await introspect(by, body.access_token)).toEqual({ active: false });
  });

  test('a trust that expires leaves the access tokens that it got', async () => {
    const one = await trustingMachine(gateway);
    const by = await mayIntrospect(one.admin);
    const { body } = await present(gateway, one.clientId, await workloadToken(gateway.workloads, one));
    await gateway.sql(`update service_account_trust set expires_at = now() where id = $1`, [
      one.trustId.slice('trust-'.length),
    ]);
    expect(await introspect(by, body.access_token)).toMatchObject({ active: true });
  });

  test('the last use of the trust and the account is noted', async () => {
    const one = await trustingMachine(gateway);
    await present(gateway, one.clientId, await workloadToken(gateway.workloads, one));
    const query =
      'query ($id: ID!) { serviceAccount(id: $id) { lastUsedAt trusts { lastUsedAt } secrets { lastUsedAt } } }';
    const { serviceAccount } = await until(
      () => one.admin.run(query, { id: one.id }),
      ({ serviceAccount: { trusts } }) => trusts[0].lastUsedAt !== null,
    );
    expect(serviceAccount).toEqual({
      lastUsedAt: expect.any(String),
      trusts: [{ lastUsedAt: expect.any(String) }],
      secrets: [{ lastUsedAt: null }],
    });
  });
});

test('a token exchange may name its audience by either parameter, and several times', async () => {
  const one = await trustingMachine(gateway);
  const token = await workloadToken(gateway.workloads, one);
  const api = 'https://gateway.example.com/api';
  const names: [string, string][][] = [
    [['audience', api]],
    [
      ['resource', api],
      ['audience', api],
      ['audience', api],
    ],
  ];
  for (const given of names) {
    const { body } = await post(gateway, 'token', [...exchangeForm(one.clientId, token), ...given]);
    expect(decode(body.access_token).payload.aud).toBe(api);
  }
  const other: [string, string][] = [...exchangeForm(one.clientId, token), ['audience', 'https://x.example']];
  expect((await post(gateway, 'token', other)).body.error).toBe('invalid_target');
});

test('with client_credentials, audience is no parameter, and is ignored', async () => {
  const one = await machine(gateway);
  expect((await askToken(gateway, one, { audience: 'https://x.example' })).status).toBe(200);
});

test.each(['introspect', 'revoke'])('at %s, a subject token authenticates nobody', async (endpoint) => {
  const one = await trustingMachine(gateway, {}, { permissions: ['oauth:introspect'] });
  const token = await workloadToken(gateway.workloads, one);
  const form: [string, string][] = [...exchangeForm(one.clientId, token), ['token', 'x']];
  expect(await post(gateway, endpoint, form)).toMatchObject({
    status: 401,
    body: { error: 'invalid_client' },
  });
});
