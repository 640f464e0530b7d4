import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import { somebody } from '../../harness/admin.js';
import { moveClock, restoreClock } from '../../harness/clock.js';
import { type Gateway, startGateway } from '../../harness/gateway.js';
import { decode, getToken, type Machine, machine } from './machine.js';
import { introspect, revoke } from './token-requests.js';

let gateway: Gateway;
let api: Machine;
beforeAll(async () => {
  gateway = await startGateway();
  api = await machine(gateway, { permissions: ['oauth:introspect'] });
});
afterEach(restoreClock);
afterAll(() => gateway.close());

/** Creates an account of the tenant whose tokens `api` may introspect. */
const ofTenant = (input?: Record<string, unknown>) => machine(gateway, input, api.admin);
const stored = (id: string) => id.slice(3);
const past = `now() - interval '1 second'`;

test('an API learns all that a token says, and that it is active', async () => {
  const one = await ofTenant();
  const token = await getToken(gateway, one);
  const { payload } = decode(token);
  const { status, headers, body } = await introspect(gateway, api, token);
  expect(status).toBe(200);
  expect(headers.get('content-type')).toBe('application/json; charset=utf-8');
  expect(headers.get('cache-control')).toBe('no-store');
  expect(body).toEqual({
    active: true,
    scope: 'api:read api:write',
    client_id: one.clientId,
    sub: one.id,
    aud: 'https://gateway.example.com/api',
    iss: 'https://gateway.example.com/oauth2',
    exp: payload.exp,
    iat: payload.iat,
    jti: payload.jti,
    token_type: 'Bearer',
    tenant_id: api.admin.tenant,
    credential_id: payload.credential_id,
  });
});

test('the secret may stand in the body, and a hint of the type makes no difference', async () => {
  const token = await getToken(gateway, await ofTenant());
  const answer = await gateway.request('/oauth2/introspect', {
    method: 'POST',
    body: new URLSearchParams({
      client_id: api.clientId,
      client_secret: api.clientSecret,
      token,
      token_type_hint: 'refresh_token',
    }),
  });
  expect(answer.body.active).toBe(true);
});

test('the scope is what the account is still granted, in the order of the token', async () => {
  const one = await ofTenant({ permissions: ['api:read', 'api:write', 'oauth:introspect'] });
  const token = await getToken(gateway, one, { scope: 'oauth:introspect api:write api:read' });
  await one.admin.rest('PUT', `/${one.id}/permissions`, { permissions: ['api:read', 'oauth:introspect'] });
  expect((await introspect(gateway, api, token)).body).toMatchObject({
    active: true,
    scope: 'oauth:introspect api:read',
  });
});

test('what the account was granted later is not in the scope of an earlier token', async () => {
  const one = await ofTenant({ permissions: ['api:read'] });
  const token = await getToken(gateway, one);
  await one.admin.rest('PUT', `/${one.id}/permissions`, { permissions: ['api:read', 'api:write'] });
  expect((await introspect(gateway, api, token)).body.scope).toBe('api:read');
});

test('a token whose account is granted nothing any more is active, without a scope', async () => {
  const one = await ofTenant();
  const token = await getToken(gateway, one);
  await one.admin.rest('PUT', `/${one.id}/permissions`, { permissions: [] });
  const { body } = await introspect(gateway, api, token);
  expect(body.active).toBe(true);
  expect(body).not.toHaveProperty('scope');
});

async function revokeSecret({ id, admin }: Machine) {
  const [secret] = (await admin.rest('GET', `/${id}/secret`)).body.data;
  await admin.rest('DELETE', `/${id}/secret/${secret.id}`);
}

/** The events that each end a token which was valid before. */
const ends: [string, (one: Machine, token: string) => Promise<unknown>][] = [
  ['whose account is disabled', ({ id, admin }) => admin.rest('POST', `/${id}/disable`)],
  ['whose account is deleted', ({ id, admin }) => admin.rest('DELETE', `/${id}`)],
  [
    'whose account was disabled and enabled',
    async ({ id, admin }) => {
      await admin.rest('POST', `/${id}/disable`);
      await admin.rest('POST', `/${id}/enable`);
    },
  ],
  [
    'whose account was deleted, restored and enabled',
    async ({ id, admin }) => {
      await admin.rest('DELETE', `/${id}`);
      await admin.rest('POST', `/${id}/restore`);
      await admin.rest('POST', `/${id}/enable`);
    },
  ],
  [
    'whose account was disabled by a gateway of the version before, which raises no generation',
    ({ id }) => gateway.sql(`update service_account set status = 'disabled' where id = $1`, [stored(id)]),
  ],
  [
    'whose account has expired',
    ({ id }) => gateway.sql(`update service_account set expires_at = ${past} where id = $1`, [stored(id)]),
  ],
  ['whose secret is revoked', revokeSecret],
  [
    'whose secret was rotated without an overlap',
    ({ id, admin }) => admin.rest('POST', `/${id}/rotate-secret`, { overlapSeconds: 0 }),
  ],
  [
    'whose secret had expired when it was revoked',
    async ({ id, admin }, token) => {
      await gateway.sql(
        `update service_account_secret set expires_at = ${past} where service_account_id = $1`,
        [stored(id)],
      );
      await admin.rest('DELETE', `/${id}/secret/${decode(token).payload.credential_id}`);
    },
  ],
  ['that is revoked', (one, token) => revoke(gateway, one, token)],
];

test.each(ends)(
  'a token %s is inactive immediately, and the response says nothing else',
  async (_what, end) => {
    const one = await ofTenant();
    const token = await getToken(gateway, one);
    expect((await introspect(gateway, api, token)).body.active).toBe(true);
    await end(one, token);
    expect(await introspect(gateway, api, token)).toMatchObject({ status: 200, body: { active: false } });
    expect(Object.keys((await introspect(gateway, api, token)).body)).toEqual(['active']);
  },
);

test('after a leak, with all secrets of the tenant revoked, no token of before is active', async () => {
  const asker = await machine(gateway, { permissions: ['oauth:introspect'] });
  const token = await getToken(gateway, await machine(gateway, {}, asker.admin));
  await asker.admin.rest('POST', '/revoke-all-secrets', {});
  const { body } = await asker.admin.rest('POST', `/${asker.id}/rotate-secret`, {});
  const again = { ...asker, clientSecret: body.data.clientSecret };
  expect((await introspect(gateway, again, await getToken(gateway, again))).body.active).toBe(true);
  expect((await introspect(gateway, again, token)).body).toEqual({ active: false });
});

test('a token that has expired is inactive', async () => {
  const token = await getToken(gateway, await ofTenant());
  moveClock(601);
  expect((await introspect(gateway, api, token)).body).toEqual({ active: false });
});

test('suspending the tenant rejects the caller, and the tokens are valid again when it resumes', async () => {
  const asker = await machine(gateway, { permissions: ['oauth:introspect'] });
  const token = await getToken(gateway, await machine(gateway, {}, asker.admin));
  const setStatus = (status: string) =>
    gateway.sql('update tenant set status = $1 where id = $2', [status, asker.admin.tenant]);
  await setStatus('suspended');
  expect((await introspect(gateway, asker, token)).status).toBe(401);
  await setStatus('active');
  expect((await introspect(gateway, asker, token)).body.active).toBe(true);
});

test('a rotation with overlap leaves the tokens of the old secret alive, also when it has expired', async () => {
  const one = await ofTenant();
  const token = await getToken(gateway, one);
  await one.admin.rest('POST', `/${one.id}/rotate-secret`, { overlapSeconds: 60 });
  expect((await introspect(gateway, api, token)).body.active).toBe(true);
  await gateway.sql(
    `update service_account_secret set expires_at = ${past} where service_account_id = $1 and expires_at is not null`,
    [stored(one.id)],
  );
  expect((await introspect(gateway, api, token)).body.active).toBe(true);
});

test('the tokens of one secret die with it, and those of another one live', async () => {
  const one = await ofTenant();
  const { body } = await one.admin.rest('POST', `/${one.id}/rotate-secret`, {});
  const [old, young] = await Promise.all([
    getToken(gateway, one),
    getToken(gateway, { ...one, clientSecret: body.data.clientSecret }),
  ]);
  await one.admin.rest('DELETE', `/${one.id}/secret/${decode(old).payload.credential_id}`);
  expect((await introspect(gateway, api, old)).body.active).toBe(false);
  expect((await introspect(gateway, api, young)).body.active).toBe(true);
});

/** The clients that may not introspect the token. */
const strangers: [string, () => Promise<Machine>][] = [
  ['an account without the permission', () => ofTenant()],
  ['an account of another tenant', () => machine(gateway, { permissions: ['oauth:introspect'] })],
  [
    'an account that has lost the permission',
    async () => {
      const one = await ofTenant({ permissions: ['oauth:introspect'] });
      await one.admin.rest('PUT', `/${one.id}/permissions`, { permissions: ['api:read'] });
      return one;
    },
  ],
];

test.each(strangers)('%s learns that a token is inactive', async (_who, who) => {
  const token = await getToken(gateway, await ofTenant());
  expect((await introspect(gateway, await who(), token)).body).toEqual({ active: false });
  expect((await introspect(gateway, api, token)).body.active).toBe(true);
});

test('an account without the permission gets the same response for its own token', async () => {
  const one = await ofTenant();
  expect((await introspect(gateway, one, await getToken(gateway, one))).body).toEqual({ active: false });
});

test('an account with the permission may ask about its own token', async () => {
  expect((await introspect(gateway, api, await getToken(gateway, api))).body.active).toBe(true);
});

test('a wrong secret is an invalid client, whatever the token', async () => {
  const token = await getToken(gateway, await ofTenant());
  const { status, headers, body } = await introspect(gateway, { ...api, clientSecret: 'wrong' }, token);
  expect(status).toBe(401);
  expect(body).toEqual({ error: 'invalid_client', error_description: 'client authentication failed' });
  expect(headers.get('www-authenticate')).toMatch(/^Basic realm="/);
  expect(headers.get('cache-control')).toBe('no-store');
});

test('200 questions at the same time get their own answers', async () => {
  const tenant = await somebody(gateway, api.admin.tenant);
  const machines = await Promise.all(Array.from({ length: 10 }, () => machine(gateway, {}, tenant)));
  const tokens = await Promise.all(machines.map((one) => getToken(gateway, one)));
  const asked = Array.from({ length: 200 }, (_, index) => index % 10);
  const answers = await Promise.all(asked.map((index) => introspect(gateway, api, tokens[index] as string)));
  expect(answers.map(({ body }) => body.sub)).toEqual(asked.map((index) => machines[index]?.id));
});

test('a token for an earlier audience is valid, and its audience is returned', async () => {
  const one = await ofTenant();
  const token = await getToken(gateway, one);
  const other = await startGateway({
    ...gateway.env,
    DATABASE_URL: gateway.databaseUrl,
    TOKEN_AUDIENCE: 'urn:example:another',
  });
  try {
    expect((await introspect(other, api, token)).body).toMatchObject({
      active: true,
      aud: 'https://gateway.example.com/api',
    });
  } finally {
    await other.close();
  }
});
