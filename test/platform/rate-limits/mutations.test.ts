import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { type Somebody, somebody } from '../../harness/admin.js';
import { moveClock, restoreClock } from '../../harness/clock.js';
import { type Gateway, startGateway } from '../../harness/gateway.js';
import { header } from './somebody.js';

let gateway: Gateway;
beforeAll(async () => {
  gateway = await startGateway({ RATE_LIMIT_CALLER: '10' });
});
afterAll(() => gateway.close());
let admin: Somebody;
beforeEach(async () => {
  // The clock stands still, so that no second of a window ends during a test.
  moveClock(0);
  const tenant = await gateway.createTenant();
  const token = await gateway.issuer.sign({ sub: tenant, roles: ['tenant_admin'], tenants: [tenant] });
  admin = await somebody(gateway, tenant);
  Object.assign(admin.headers, { authorization: `Bearer ${token}` });
});
afterEach(restoreClock);

const create = (...aliases: string[]) =>
  aliases.map((alias) => `${alias}: createServiceAccount { clientSecret }`).join(' ');
const accounts = async () =>
  (await gateway.sql('select from service_account where tenant_id = $1', [admin.tenant])).length;

test.each<[string, string, number]>([
  ['three mutations', `mutation { ${create('a', 'b', 'c')} }`, 3],
  ['a mutation', `mutation { ${create('a')} }`, 1],
  [
    'mutations in fragments',
    `mutation { ...F ...F ... { ${create('c')} } } fragment F on Mutation { ${create('a', 'b')} }`,
    3,
  ],
  ['a mutation that is merged with another', `mutation { ${create('a', 'a', 'b')} }`, 2],
  ['mutations beside __typename', `mutation { __typename ${create('a', 'b')} }`, 2],
  [
    'the other operation of the document',
    `mutation A { ${create('a', 'b')} } mutation B { ${create('a', 'b', 'c')} }`,
    2,
  ],
  ['three queries', '{ a: viewer { id } b: viewer { id } c: viewer { id } }', 1],
])('%s count as they run: %s', async (_name, query, requests) => {
  const answer = await gateway.request('/graphql', {
    method: 'POST',
    headers: { ...admin.headers, 'content-type': 'application/json' },
    body: JSON.stringify({ query, ...(query.includes('mutation A') && { operationName: 'A' }) }),
  });
  expect(header('ratelimit')(answer)).toBe(`"caller";r=${10 - requests};t=60`);
});

test('mutations that are skipped do not count', async () => {
  const answer = await admin.graphql(
    `mutation ($no: Boolean!, $yes: Boolean = true) {
      ${create('a', 'b')}
      c: createServiceAccount @include(if: $no) { clientSecret }
      d: createServiceAccount @skip(if: $yes) { clientSecret }
      ...F @skip(if: true)
      ... @include(if: $no) { ${create('e')} }
    } fragment F on Mutation { ${create('f')} }`,
    { no: false },
  );
  expect(Object.keys(answer.body.data)).toEqual(['a', 'b']);
  expect(header('ratelimit')(answer)).toBe('"caller";r=8;t=60');
});

test('a REST request counts as one', async () => {
  const answer = await admin.rest('POST', '/create');
  expect([answer.status, header('ratelimit')(answer)]).toEqual([200, '"caller";r=9;t=60']);
});

test('of mutations that do not all fit none runs, and the response says when to retry', async () => {
  await admin.run(`mutation { ${create('a', 'b', 'c')} }`);
  const answer = await admin.graphql(`mutation { ${create(...'abcdefgh')} }`);
  expect(answer.status).toBe(429);
  expect(answer.body).toEqual({
    errors: [expect.objectContaining({ extensions: expect.objectContaining({ code: 'RATE_LIMITED' }) })],
  });
  expect(['retry-after', 'ratelimit-policy', 'ratelimit'].map((name) => header(name)(answer))).toEqual([
    '60',
    '"caller";q=10;w=60',
    '"caller";r=0;t=60',
  ]);
  expect(await accounts()).toBe(3);

  moveClock(60);
  await admin.run(`mutation { ${create(...'abcdefgh')} }`);
  expect(await accounts()).toBe(11);
});
