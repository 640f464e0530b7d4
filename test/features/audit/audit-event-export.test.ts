import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { somebody } from '../../harness/admin.js';
import { type Gateway, startGateway } from '../../harness/gateway.js';
import { send as sendBare } from '../../harness/send.js';
import { operation } from '../../suites/access/all-operations.js';
import { send } from '../../suites/access/transports.js';
import { addEvents, fillTrail } from './events.js';

let gateway: Gateway;
beforeAll(async () => {
  gateway = await startGateway({ RATE_LIMIT_CALLER: '1000' });
});
afterAll(() => gateway.close());

const path = '/api/v1/admin/audit-event';
const parse = (text: string) => {
  expect(text === '' || text.endsWith('}\n')).toBe(true);
  return text
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line));
};

test('is a file with a line for each event, the list the other way round', async () => {
  const { tenant, headers, create, rest } = await somebody(gateway);
  const { id } = await create({ name: 'Caf\u00e9 \u{1f680}', description: 'two\nlines "quoted" \\' });
  await rest('PATCH', `/${id}`, { owner: 'Ops' });
  await addEvents(gateway, [
    { tenant, outcome: 'denied', before: { b: [1, null], aa: {} }, after: { 'a"b': '\n \u2028' } },
    { tenant },
  ]);
  const list = await gateway.request(path, { headers });
  const file = await gateway.request(`${path}/export`, { headers });
  expect(file.status).toBe(200);
  expect(Object.fromEntries(file.headers)).toMatchObject({
    'content-type': 'application/jsonl',
    'content-disposition': 'attachment; filename="audit-events.jsonl"',
    'cache-control': 'no-store',
    'x-request-id': expect.any(String),
  });
  const lines = parse(file.body);
  expect(lines).toHaveLength(4);
  expect(lines).toEqual(list.body.data.toReversed());
  // The order of the fields has to be the same, too, which toEqual does not compare.
  expect(lines.map((line) => JSON.stringify(line))).toEqual(
    list.body.data.toReversed().map((event: object) => JSON.stringify(event)),
  );
});

test('GraphQL answers with the same lines, part after part', async () => {
  const { tenant, headers, run } = await somebody(gateway);
  await fillTrail(gateway, tenant, 2_500);
  const { body: whole } = await gateway.request(`${path}/export`, { headers });
  const parts: string[] = [];
  const document = `query ($after: String) { auditEventExport(after: $after) { jsonLines endCursor hasNextPage } }`;
  for (let after: string | undefined, more = true; more; ) {
    const { auditEventExport: part } = await run(document, { after });
    parts.push(part.jsonLines);
    [after, more] = [part.endCursor, part.hasNextPage];
  }
  expect(parts.map((part) => parse(part).length)).toEqual([...Array(12).fill(200), 100]);
  expect(parts.join('')).toBe(whole);
  expect(parse(whole).map(({ target }) => target)).toEqual(
    Array.from({ length: 2_500 }, (_, index) => `sa-${index + 1}`),
  );
});

test('a part ends sooner when its events are large, and none is omitted', async () => {
  const { tenant, headers, run } = await somebody(gateway);
  const long = Array.from({ length: 40_000 }, (_, index) => `${index}`).join(' ');
  const sizes = [1, 1, 5, 1];
  const ids = await addEvents(
    gateway,
    sizes.map((size, at) => ({ tenant, at, after: { long: long.repeat(size) } })),
  );
  const { auditEventExport: part } = await run('{ auditEventExport { jsonLines hasNextPage } }');
  expect({ lines: parse(part.jsonLines).length, more: part.hasNextPage }).toEqual({ lines: 2, more: true });
  const { body } = await gateway.request(`${path}/export`, { headers });
  expect(parse(body).map(({ id }) => id)).toEqual(ids);
});

test('an empty audit log is an empty file', async () => {
  const { headers, run } = await somebody(gateway);
  const { status, headers: fields, body } = await gateway.request(`${path}/export`, { headers });
  expect({ status, type: fields.get('content-type'), body }).toEqual({
    status: 200,
    type: 'application/jsonl',
    body: '',
  });
  const { auditEventExport } = await run('{ auditEventExport { jsonLines endCursor hasNextPage } }');
  expect(auditEventExport).toEqual({ jsonLines: '', endCursor: null, hasNextPage: false });
});

test('a viewer may, also of a suspended tenant, and a super_admin also of a deleted tenant', async () => {
  const suspended = await gateway.createTenant({ status: 'suspended' });
  const gone = randomUUID();
  for (const [role, tenant] of [
    ['tenant_viewer', suspended],
    ['super_admin', gone],
  ] as const) {
    const [id] = await addEvents(gateway, [{ tenant }]);
    const { body } = await gateway.request(`${path}/export`, { headers: await gateway.as(role, tenant) });
    expect(parse(body)).toMatchObject([{ id, tenantId: tenant }]);
  }
});

test('an error before the first byte is an error like any other', async () => {
  const { headers } = await somebody(gateway);
  const other = { ...headers, 'x-tenantid': await gateway.createTenant() };
  const asked: [string, Record<string, string>, number, string][] = [
    ['', { 'x-tenantid': other['x-tenantid'] }, 401, 'UNAUTHENTICATED'],
    ['', other, 403, 'FORBIDDEN'],
    ['', await gateway.as('super_admin', randomUUID()), 404, 'NOT_FOUND'],
    ['?first=5', headers, 400, 'BAD_USER_INPUT'],
    ['?after=x', headers, 400, 'BAD_USER_INPUT'],
    ['?actor=', headers, 400, 'BAD_USER_INPUT'],
  ];
  for (const [query, by, status, code] of asked) {
    const answer = await gateway.request(`${path}/export${query}`, { headers: by });
    expect(answer).toMatchObject({ status, body: { success: false, code } });
    expect(answer.headers.get('content-disposition')).toBeNull();
  }
});

test('HEAD answers with what a GET would, and without the events', async () => {
  const { tenant, headers } = await somebody(gateway);
  await addEvents(gateway, [{ tenant }]);
  const {
    status,
    headers: fields,
    body,
  } = await gateway.request(`${path}/export`, { method: 'HEAD', headers });
  expect({ status, body, type: fields.get('content-type') }).toEqual({
    status: 200,
    body: '',
    type: 'application/jsonl',
  });
});

test('however many parts there are, it is one request for the rate limit', async () => {
  const { tenant, headers } = await somebody(gateway);
  await fillTrail(gateway, tenant, 2_500);
  const remaining = async (at: string) => {
    const { headers: fields } = await gateway.request(at, { headers });
    return Number(/r=(\d+)/.exec(fields.get('ratelimit') ?? '')?.[1]);
  };
  const before = await remaining(path);
  expect(await remaining(`${path}/export`)).toBe(before - 1);
  expect(await remaining(path)).toBe(before - 2);
});

describe('accept', () => {
  const ask = async (accept?: string) => {
    const { headers } = await somebody(gateway);
    return sendBare(`${gateway.url}${path}/export`, {
      method: 'GET',
      headers: accept === undefined ? headers : { ...headers, accept },
    });
  };

  test.each([
    undefined,
    '*/*',
    'application/*',
    'application/jsonl',
    'application/x-ndjson',
    'application/json',
    'application/problem+json',
    'application/jsonl; charset=utf-8',
    'text/html, application/x-ndjson;q=0.1',
  ])('%s passes', async (accept) => {
    const { status, headers } = await ask(accept);
    expect({ status, type: headers.get('content-type') }).toEqual({ status: 200, type: 'application/jsonl' });
  });

  test.each(['text/html', 'text/*', 'application/xml', '*/*;q=0', 'application/jsonl;q=0'])(
    '%s is a 406',
    async (accept) => {
      const { status, body } = await ask(accept);
      expect({ status, code: body.code, message: body.message }).toEqual({
        status: 406,
        code: 'NOT_ACCEPTABLE',
        message: 'The response is application/jsonl, but the accept header does not allow it',
      });
    },
  );

  test('of JSON Lines alone is none of a list', async () => {
    const { headers } = await somebody(gateway);
    const asked = { method: 'GET', headers: { ...headers, accept: 'application/jsonl' } };
    expect((await sendBare(gateway.url + path, asked)).status).toBe(406);
  });
});

test('a document may ask for one part, not for two', async () => {
  const { run, refused } = await somebody(gateway);
  await run('{ auditEventExport { jsonLines endCursor hasNextPage } auditEvents { nodes { id } } }');
  const two = '{ a: auditEventExport { endCursor } b: auditEventExport { endCursor } }';
  expect((await refused(two)).details).toEqual({ limit: 'cost', maximum: 34_000 });
});

test('it holds nothing of another tenant, and continues from no cursor of another', async () => {
  const [own, other] = [await somebody(gateway), await somebody(gateway)];
  const [theirs] = await addEvents(gateway, [
    { tenant: other.tenant, target: 'shared' },
    { tenant: null, target: 'shared' },
  ]);
  const { body } = await gateway.request(`${path}/export?target=shared`, { headers: own.headers });
  expect(body).toBe('');
  const said = await send.GraphQL(gateway, operation('auditEventExport'), other.headers, {});
  const { jsonLines, endCursor: after } = said.data as { jsonLines: string; endCursor: string };
  expect(jsonLines).toContain(theirs);
  const refused = await send.GraphQL(gateway, operation('auditEventExport'), own.headers, { after });
  expect(refused).toMatchObject({ code: 'BAD_USER_INPUT', details: { field: 'after' } });
});
