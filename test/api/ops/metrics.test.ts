import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { rootFields } from '../../../src/api/graphql/rules.js';
import { codes } from '../../../src/api/ops/metrics/label-values.js';
import { createPath, type Gateway, startGateway } from '../../harness/gateway.js';
import { scraperOf, token } from './scraper.js';

type Headers = Record<string, string>;

let gateway: Gateway;
let scraper: ReturnType<typeof scraperOf>;
let tenant: string;
let admin: Headers;
beforeAll(async () => {
  gateway = await startGateway({ METRICS_TOKEN: token });
  scraper = scraperOf(gateway);
  tenant = await gateway.createTenant();
  admin = await gateway.as('tenant_admin', tenant);
});
afterAll(() => gateway.close());

/** Returns how the metrics counted the requests that some work made. */
const counted = (work: () => Promise<unknown>) => scraper.grown('gateway_requests_total', work);

const requests = (api: string, operation: string, code: string) =>
  `gateway_requests_total{api="${api}",operation="${operation}",code="${code}"}`;

const post = (path: string, headers: Headers, body: string) =>
  gateway.request(path, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body,
  });

const accountAt = (id: string) => `/api/v1/admin/service-account/${id}`;
const badToken = { authorization: 'Bearer not.a.token' };

test('root fields count under their names, by the API of the request', async () => {
  const counts = await counted(async () => {
    await gateway.create(admin);
    await gateway.create(admin);
    await gateway.graphql(admin, 'mutation { createServiceAccount { clientSecret } }');
    await gateway.graphql(
      admin,
      '{ one: viewer { name } two: viewer { name } permissions { nodes { name } } }',
    );
  });
  expect(counts).toEqual({
    [requests('rest', 'createServiceAccount', 'OK')]: 2,
    [requests('graphql', 'createServiceAccount', 'OK')]: 1,
    [requests('graphql', 'viewer', 'OK')]: 2,
    [requests('graphql', 'permissions', 'OK')]: 1,
  });
});

describe('an operation counts under the code of its error', () => {
  test('when it may not be done', async () => {
    const viewer = await gateway.as('tenant_viewer', tenant);
    const counts = await counted(async () => {
      await gateway.create(viewer);
      await gateway.graphql(viewer, 'mutation { createServiceAccount { clientSecret } }');
      await gateway.graphql({}, '{ viewer { name } }');
    });
    expect(counts).toEqual({
      [requests('rest', 'createServiceAccount', 'FORBIDDEN')]: 1,
      [requests('graphql', 'createServiceAccount', 'FORBIDDEN')]: 1,
      [requests('graphql', 'viewer', 'UNAUTHENTICATED')]: 1,
    });
  });

  test('when what it is about is not there, or is not as it should be', async () => {
    const counts = await counted(async () => {
      await gateway.request(accountAt(`sa-${randomUUID()}`), { headers: admin });
      await gateway.create(admin, { name: '' });
      // GraphQL checks types before anything runs. A caller that may run the operation learns what is wrong.
      await gateway.create(admin, { name: 1 });
      await gateway.create(admin, { color: 'red' });
    });
    expect(counts).toEqual({
      [requests('rest', 'serviceAccount', 'NOT_FOUND')]: 1,
      [requests('rest', 'createServiceAccount', 'BAD_USER_INPUT')]: 3,
    });
  });

  test('when who sent a wrong field may not run it', async () => {
    const viewer = await gateway.as('tenant_viewer', tenant);
    const counts = await counted(() => gateway.create(viewer, { name: 1 }));
    expect(counts).toEqual({ [requests('rest', 'createServiceAccount', 'FORBIDDEN')]: 1 });
  });

  test('when a limit is reached', async () => {
    const full = await gateway.as('tenant_admin', await gateway.createTenant({ limit: 0 }));
    const counts = await counted(() => gateway.create(full));
    expect(counts).toEqual({ [requests('rest', 'createServiceAccount', 'LIMIT_REACHED')]: 1 });
  });
});

const query = (headers: Headers, text: string, more = {}) =>
  post('/graphql', headers, JSON.stringify({ query: text, ...more }));

test('what machines ask for counts by endpoint, and by the code of its error', async () => {
  const { clientId, clientSecret } = (await gateway.create(admin)).body.data;
  const ask = (path: string, fields: Headers, secret = clientSecret) =>
    gateway.request(`/oauth2${path}`, {
      method: 'POST',
      headers: { authorization: `Basic ${Buffer.from(`${clientId}:${secret}`).toString('base64')}` },
      body: new URLSearchParams(fields),
    });
  const grant = { grant_type: 'client_credentials' };
  const counts = await counted(async () => {
    for (let n = 0; n < 2; n++) expect((await ask('/token', grant)).status).toBe(200);
    await ask('/token', grant, `${clientSecret}x`);
    await ask('/token', { ...grant, scope: 'no:such' });
    await ask('/introspect', { token: 'none' });
    await ask('/revoke', { token: 'none' });
    await gateway.request('/oauth2/jwks');
    await gateway.request('/.well-known/oauth-authorization-server/oauth2');
    await gateway.request('/oauth2/token');
    await gateway.request('/oauth2/nothing');
  });
  expect(counts).toEqual({
    [requests('oauth', 'token', 'OK')]: 2,
    [requests('oauth', 'token', 'invalid_client')]: 1,
    [requests('oauth', 'token', 'invalid_scope')]: 1,
    [requests('oauth', 'token', 'invalid_request')]: 1,
    [requests('oauth', 'introspect', 'OK')]: 1,
    [requests('oauth', 'revoke', 'OK')]: 1,
    [requests('oauth', 'jwks', 'OK')]: 1,
    [requests('oauth', 'metadata', 'OK')]: 1,
    [requests('oauth', 'none', 'invalid_request')]: 1,
  });
});

test.each<[string, string, string, () => Promise<unknown>]>([
  ['a bad token', 'rest', 'UNAUTHENTICATED', () => gateway.create(badToken)],
  ['no token', 'rest', 'UNAUTHENTICATED', () => gateway.create({})],
  ['a path that is not there', 'rest', 'NOT_FOUND', () => gateway.request('/api/v1/nothing')],
  ['a path that cannot be read', 'rest', 'BAD_USER_INPUT', () => gateway.request(accountAt('%ff'))],
  ['another method', 'rest', 'METHOD_NOT_ALLOWED', () => gateway.request(createPath)],
  ['broken JSON', 'rest', 'BAD_USER_INPUT', () => post(createPath, admin, '{')],
  [
    'another media type',
    'rest',
    'UNSUPPORTED_MEDIA_TYPE',
    () => post(createPath, { 'content-type': 'text/css' }, 'x'),
  ],
  ['a long body', 'rest', 'PAYLOAD_TOO_LARGE', () => post(createPath, admin, `"${'x'.repeat(200_000)}"`)],
  ['a bad token', 'graphql', 'UNAUTHENTICATED', () => query(badToken, '{ viewer { name } }')],
  ['broken JSON', 'graphql', 'BAD_USER_INPUT', () => post('/graphql', admin, '{')],
  ['bad syntax', 'graphql', 'GRAPHQL_PARSE_FAILED', () => query(admin, '{')],
  ['an unknown field', 'graphql', 'GRAPHQL_VALIDATION_FAILED', () => query(admin, '{ nothing }')],
  [
    'an unknown operation',
    'graphql',
    'OPERATION_RESOLUTION_FAILURE',
    () => query(admin, '{ viewer { name } }', { operationName: 'x' }),
  ],
  [
    'a variable of another type',
    'graphql',
    'BAD_USER_INPUT',
    () => query(admin, 'query ($id: ID!) { serviceAccount(id: $id) { id } }'),
  ],
  ['nothing but __typename', 'graphql', 'OK', () => query(admin, '{ __typename }')],
])('%s, over %s, reaches no operation and counts under none', async (_what, api, code, call) => {
  expect(await counted(call)).toEqual({ [requests(api, 'none', code)]: 1 });
});

test('requests for health, pages and metrics do not count', async () => {
  const counts = await counted(async () => {
    for (const path of ['/healthz', '/readyz', '/docs', '/openapi.json', '/metrics'])
      await gateway.request(path);
  });
  expect(counts).toEqual({});
});

test('a client adds no value to any label', async () => {
  const invented = `invented-${randomUUID()}`;
  await gateway.request(`/${invented}`);
  await gateway.request(accountAt(invented), { headers: admin });
  await gateway.request(`/oauth2/${invented}`);
  await gateway
    .request('/healthz', { method: 'TRACK', headers: { 'x-request-id': invented } })
    .catch(() => {});
  await query(admin, `{ ${invented.replaceAll('-', '_')} }`);
  await query(
    admin,
    `query ${invented.replaceAll('-', '_')} { ${invented.replaceAll('-', '_')}: viewer { name } }`,
  );
  await query({ ...admin, realmname: invented, 'x-tenantid': invented }, '{ tenant { id } }');
  const body = new URLSearchParams({ grant_type: invented, client_id: invented, client_secret: invented });
  await gateway.request('/oauth2/token', { method: 'POST', body });

  const samples = await scraper.scrape();
  expect([...samples.keys()].filter((key) => key.includes('invented'))).toEqual([]);
  const fields = rootFields.map(({ field }) => field);
  const endpoints = ['token', 'introspect', 'revoke', 'jwks', 'metadata'];
  for (const key of samples.keys()) {
    const [, api, operation, code] =
      /^gateway_requests_total\{api="(.*)",operation="(.*)",code="(.*)"\}$/.exec(key) ?? [];
    if (api === undefined) continue;
    expect(['graphql', 'rest', 'oauth']).toContain(api);
    expect([...fields, ...endpoints, 'none']).toContain(operation);
    expect([...codes]).toContain(code);
  }
});

test('the histogram of durations has as many as were counted, in seconds', async () => {
  const name = 'gateway_request_duration_seconds';
  const begin = performance.now();
  const grown = await scraper.grown(name, async () => {
    for (let n = 0; n < 5; n++) await gateway.request('/api/v1/admin/viewer-of-nothing');
    await query(admin, '{ viewer { name } permissions { nodes { name } } }');
  });
  const seconds = (performance.now() - begin) / 1000;
  const of = (kind: string, labels: string) => grown[`${name}_${kind}{${labels}}`] ?? 0;
  const none = 'api="rest",operation="none"';
  const viewer = 'api="graphql",operation="viewer"';
  expect(of('count', none)).toBe(5);
  expect(of('bucket', `le="+Inf",${none}`)).toBe(5);
  expect(of('count', viewer)).toBe(1);
  expect(of('count', 'api="graphql",operation="permissions"')).toBe(1);
  const sum = of('sum', none) + of('sum', viewer);
  expect(sum).toBeGreaterThan(0);
  expect(sum).toBeLessThan(seconds);
  // Buckets are cumulative: each counts what the ones below it count.
  const samples = await scraper.scrape();
  const buckets = [...samples].filter(([key]) => key.startsWith(`${name}_bucket`) && key.includes(none));
  expect(buckets.length).toBeGreaterThan(10);
  expect(buckets.map(([, value]) => value)).toEqual(buckets.map(([, value]) => value).sort((a, b) => a - b));
});
