import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { createPath, type Gateway, startGateway } from '../../harness/gateway.js';
import { send } from '../../harness/send.js';

let gateway: Gateway;
beforeAll(async () => {
  gateway = await startGateway();
});
afterAll(() => gateway.close());

test.each([
  ['application/problem+json', 'application/problem+json'],
  ['application/json;q=0.5, application/problem+json;q=0.6', 'application/problem+json'],
  ['application/problem+json, */*;q=0.1', 'application/problem+json'],
  ['application/problem+json;q=0.5, application/json;q=0.6', 'application/json'],
  ['application/problem+json;q=0, application/*', 'application/json'],
  ['application/*', 'application/json'],
  ['*/*', 'application/json'],
  ['text/html', 'application/json'],
  [undefined, 'application/json'],
])('an error for accept: %s is %s', async (accept, type) => {
  const headers: Record<string, string> = accept ? { accept } : {};
  const answer = await send(`${gateway.url}/api/v1/nothing`, { headers });
  expect(answer.headers.get('content-type')).toBe(`${type}; charset=utf-8`);
});

test.each(['/', '/api/v1/admin', `${createPath}/more`, '/%zz', '/api//v1', '/constructor'])(
  'the unknown path %s is a 404 in the envelope, without a token too',
  async (path) => {
    const answer = await gateway.request(path, { method: 'POST' });
    expect(answer.status).toBe(404);
    expect(answer.body).toMatchObject({ success: false, code: 'NOT_FOUND' });
  },
);

test.each(['GET', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'])(
  '%s on the path of the call is a 405 that names POST, before anything is asked of the request',
  async (method) => {
    const answer = await gateway.request(createPath, { method, headers: { accept: 'text/html' } });
    expect(answer.status).toBe(405);
    expect(answer.headers.get('allow')).toBe('POST');
    expect(answer.body).toMatchObject({ success: false, code: 'METHOD_NOT_ALLOWED' });
  },
);

test.each([
  [createPath, 405],
  ['/api/v1/nothing', 404],
])('HEAD %s is %i like GET, without a body', async (path, status) => {
  const answer = await gateway.request(path, { method: 'HEAD' });
  expect(answer.status).toBe(status);
  expect(answer.body).toBe('');
});

test('a fault that nobody foresaw leaks nothing, and the log has it with the request id', async () => {
  const tenant = await gateway.createTenant();
  const headers = await gateway.as('tenant_admin', tenant);
  await gateway.sql('alter table service_account_secret rename to hidden_table');
  const answer = await gateway.create({ ...headers, 'x-request-id': 'the-broken-one' });
  await gateway.sql('alter table hidden_table rename to service_account_secret');

  expect(answer.status).toBe(500);
  expect(answer.body).toEqual({
    success: false,
    message: 'Unexpected server-side error',
    error: 'Server error',
    code: 'INTERNAL_SERVER_ERROR',
    timestamp: expect.any(String),
    requestId: 'the-broken-one',
  });
  expect(JSON.stringify([answer.body, ...answer.headers])).not.toMatch(
    /service_account_secret|relation|insert|select|postgres|node_modules|src\/|\bat /i,
  );

  const lines = gateway.log.map((line) => JSON.parse(line)).filter(({ level }) => level >= 50);
  expect(lines).toContainEqual(
    expect.objectContaining({
      requestId: 'the-broken-one',
      err: expect.objectContaining({ message: expect.stringContaining('service_account_secret') }),
    }),
  );
  expect((await gateway.create(headers)).status).toBe(200);
});

test('a failed call leaves nothing behind', async () => {
  const tenant = await gateway.createTenant();
  await gateway.sql('alter table service_account_secret rename to hidden_table');
  await gateway.create(await gateway.as('tenant_admin', tenant));
  await gateway.sql('alter table hidden_table rename to service_account_secret');
  const [row] = await gateway.sql(
    `select service_account_count as count,
      (select count(*)::int from service_account where tenant_id = tenant.id) as accounts,
      (select count(*)::int from audit_event where tenant_id = tenant.id) as events
     from tenant where id = $1`,
    [tenant],
  );
  expect(row).toEqual({ count: 0, accounts: 0, events: 0 });
});

test('a row that the database refuses does not stand in the log', async () => {
  const headers = await gateway.as('tenant_admin', await gateway.createTenant());
  const { body } = await gateway.create(headers, { name: 'first', owner: 'Jane Doe' });
  await gateway.sql(`alter table service_account add constraint odd check (owner <> 'John Doe') not valid`);
  const create = await gateway.create(headers, { name: 'second', owner: 'John Doe' });
  const change = await gateway.request(`/api/v1/admin/service-account/${body.data.id}`, {
    method: 'PATCH',
    headers: { ...headers, 'content-type': 'application/json' },
    body: JSON.stringify({ owner: 'John Doe' }),
  });
  await gateway.sql('alter table service_account drop constraint odd');
  expect([create.status, change.status]).toEqual([500, 500]);
  const lines = gateway.log.filter((line) => line.includes('violates check constraint'));
  expect(lines).toHaveLength(2);
  expect(lines.join()).not.toMatch(/Failing row|first|second/);
});
