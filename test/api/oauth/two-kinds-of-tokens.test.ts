import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { routes } from '../../../src/api/rest/routes.js';
import { somebody } from '../../harness/admin.js';
import { type Gateway, startGateway } from '../../harness/gateway.js';
import { getToken, type Machine, machine, post } from './machine.js';

let gateway: Gateway;
let one: Machine;
beforeAll(async () => {
  gateway = await startGateway();
  // The machine has every permission that can be granted, and its token is refused nevertheless.
  const permissions = (await gateway.sql<{ name: string }>('select name from permission')).map(
    ({ name }) => name,
  );
  // Only a super_admin may grant all of them.
  one = await machine(gateway, { permissions }, await somebody(gateway, undefined, 'super_admin'));
});
afterAll(() => gateway.close());

const count = async (table: string) => (await gateway.sql(`select from ${table}`)).length;

describe("a machine's token opens no admin operation", () => {
  /** Everything that a machine could send as an admin token. */
  const bearers: [string, () => Promise<string> | string][] = [
    ['its token', () => getToken(gateway, one)],
    ['its secret', () => one.clientSecret],
  ];
  const headers = async (bearer: () => Promise<string> | string, more: Record<string, string> = {}) => ({
    authorization: `Bearer ${await bearer()}`,
    'x-tenantid': one.admin.tenant,
    ...more,
  });

  test.each(bearers)('through REST, in no route: %s', async (_what, bearer) => {
    const before = await count('service_account');
    for (const { method, path } of routes) {
      const url = path.replace(/:\w+|\{\w+\}/g, one.id);
      const { status, headers: answered } = await gateway.request(url, {
        method,
        headers: await headers(bearer, { 'content-type': 'application/json' }),
        body: method === 'GET' || method === 'DELETE' ? undefined : '{}',
      });
      expect({ method, path, status }).toEqual({ method, path, status: 401 });
      expect(answered.get('www-authenticate')).toMatch(/^Bearer /);
    }
    expect(await count('service_account')).toBe(before);
  });

  test.each(bearers)('through GraphQL, in no field, by POST or GET: %s', async (_what, bearer) => {
    const { __schema } = await one.admin.run('{ __schema { queryType { fields { name } } } }');
    const query = `{ ${__schema.queryType.fields.map(({ name }: { name: string }) => name).join(' ')} }`;
    const documents = ['{ viewer { id } }', query, 'mutation { createServiceAccount { clientSecret } }'];
    for (const document of documents) {
      const { status, body } = await gateway.graphql(await headers(bearer), document);
      expect(status).toBe(401);
      expect(body.errors[0].extensions.code).toBe('UNAUTHENTICATED');
      expect(body.data ?? null).toBeNull();
    }
    const url = `/graphql?query=${encodeURIComponent('{ viewer { id } }')}`;
    const by = await headers(bearer, { 'apollo-require-preflight': 'true' });
    expect((await gateway.request(url, { headers: by })).status).toBe(401);
  });

  test.each(['acme', 'partner'])('through no realm: %s', async (realmname) => {
    const bearer = () => getToken(gateway, one);
    const { status } = await gateway.graphql(await headers(bearer, { realmname }), '{ viewer { id } }');
    expect(status).toBe(401);
  });

  test('nor by the header with its own credentials', async () => {
    const basic = Buffer.from(`${one.clientId}:${one.clientSecret}`).toString('base64');
    const answer = await gateway.create({ authorization: `Basic ${basic}`, 'x-tenantid': one.admin.tenant });
    expect(answer.status).toBe(401);
  });
});

describe("an admin's token is no client authentication", () => {
  const tokenOf = async (role: 'super_admin' | 'tenant_admin') =>
    (await gateway.as(role, one.admin.tenant)).authorization?.split(' ')[1] as string;

  const form = async (endpoint: string): Promise<Record<string, string>> =>
    endpoint === 'token' ? { grant_type: 'client_credentials' } : { token: await getToken(gateway, one) };

  /** The places of a request in which a token can stand. */
  const ways: [string, (admin: string) => [Record<string, string>, Record<string, string>]][] = [
    ['as a bearer token', (admin) => [{}, { authorization: `Bearer ${admin}` }]],
    [
      'as a bearer token beside a client id',
      (admin) => [{ client_id: one.clientId }, { authorization: `Bearer ${admin}` }],
    ],
    ['as the secret', (admin) => [{ client_id: one.clientId, client_secret: admin }, {}]],
    [
      'as the secret in the header',
      (admin) => [
        {},
        { authorization: `Basic ${Buffer.from(`${one.clientId}:${admin}`).toString('base64')}` },
      ],
    ],
    [
      'as an assertion',
      (admin) => [
        {
          client_assertion: admin,
          client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
        },
        {},
      ],
    ],
  ];

  test.each(
    ['token', 'introspect', 'revoke'].flatMap((endpoint) =>
      ways.flatMap(([way, send]) =>
        (['super_admin', 'tenant_admin'] as const).map((role) => [endpoint, role, way, send] as const),
      ),
    ),
  )('%s: a %s is an invalid client %s', async (endpoint, role, _way, send) => {
    const [params, headers] = send(await tokenOf(role));
    const {
      status,
      headers: answered,
      body,
    } = await post(gateway, endpoint, { ...(await form(endpoint)), ...params }, headers);
    expect({ status, error: body.error }).toEqual({ status: 401, error: 'invalid_client' });
    expect(Object.keys(body).sort()).toEqual(['error', 'error_description']);
    expect(answered.get('www-authenticate')).toMatch(/^Basic realm="/);
    expect(answered.get('cache-control')).toBe('no-store');
    expect(await count('revoked_token')).toBe(0);
  });

  test('nor is it exchanged for a token', async () => {
    const subject = {
      subject_token: await tokenOf('super_admin'),
      subject_token_type: 'urn:ietf:params:oauth:token-type:access_token',
      grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange',
    };
    expect((await post(gateway, 'token', subject)).body).not.toHaveProperty('access_token');
  });
});
