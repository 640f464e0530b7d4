import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { somebody } from '../../harness/admin.js';
import { type Gateway, startGateway } from '../../harness/gateway.js';
import { operation } from '../../suites/access/all-operations.js';
import { type Said, send, transports } from '../../suites/access/transports.js';
import { addEvents, timeOf } from './events.js';

let gateway: Gateway;
beforeAll(async () => {
  gateway = await startGateway();
});
afterAll(() => gateway.close());

const trail = operation('auditEvents');
const everything = `id occurredAt tenantId actor { realm id name email } action target outcome requestId ip userAgent
  before after`;

/** Returns the ids of a page, which has another form at each transport. */
const idsIn = ({ data }: Said): string[] => {
  const page = data as { nodes: { id: string }[] } | { id: string }[];
  return (Array.isArray(page) ? page : page.nodes).map(({ id }) => id);
};

test('an event tells who, what, when and where, with what was before and after', async () => {
  const ada = await somebody(gateway);
  const { id } = await ada.create({ name: 'Export' });
  await ada.rest('PATCH', `/${id}`, { owner: 'Ops' }, { 'x-request-id': 'mine', 'user-agent': 'a test' });
  const { auditEvents } = await ada.run(`{ auditEvents { nodes { ${everything} } } }`);
  expect(auditEvents.nodes).toHaveLength(2);
  expect(auditEvents.nodes[0]).toEqual({
    id: expect.stringMatching(/^audit-[\da-f-]{36}$/),
    occurredAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
    tenantId: ada.tenant,
    actor: { realm: 'acme', id: 'a tenant_admin', name: 'Ada', email: 'ada@example.com' },
    action: 'service_account.update',
    target: id,
    outcome: 'SUCCESS',
    requestId: 'mine',
    ip: '127.0.0.1',
    userAgent: 'a test',
    before: { owner: null },
    after: { owner: 'Ops' },
  });
});

test('REST tells the same in the same order, with the outcome in lower case', async () => {
  const { tenant, headers, run } = await somebody(gateway);
  await addEvents(gateway, [
    { tenant, outcome: 'denied', target: 'x', before: { b: [1], aa: 2 }, after: {} },
  ]);
  const { body, headers: fields } = await gateway.request('/api/v1/admin/audit-event', { headers });
  const { auditEvents } = await run(`{ auditEvents { nodes { ${everything} } } }`);
  expect(body).toEqual({
    success: true,
    message: 'Audit log entries listed successfully',
    data: [{ ...auditEvents.nodes[0], outcome: 'denied' }],
    page: { next: null, hasMore: false },
    timestamp: expect.any(String),
  });
  expect(Object.keys(body.data[0])).toEqual(Object.keys(auditEvents.nodes[0]));
  expect(fields.get('link')).toBeNull();
});

describe('pages', () => {
  /** The times of seven events, three of which are in the same millisecond. */
  const times = [0, 1, 1, 1, 2, 3, 4];

  async function sevenEvents() {
    const ada = await somebody(gateway);
    await addEvents(
      gateway,
      times.map((at) => ({ tenant: ada.tenant, at })),
    );
    const { auditEvents } = await ada.run('{ auditEvents { nodes { id occurredAt } } }');
    expect(auditEvents.nodes.map(({ occurredAt }: { occurredAt: string }) => occurredAt)).toEqual(
      times.map(timeOf).reverse(),
    );
    return { ...ada, ids: auditEvents.nodes.map(({ id }: { id: string }) => id) as string[] };
  }

  test.each([1, 2, 3, 7])('by %d, forth and back, have all of them once, newest first', async (size) => {
    const { run, ids } = await sevenEvents();
    const read = async (page: string) =>
      (
        await run(`{ auditEvents(${page}) { nodes { id } pageInfo {
      hasNextPage hasPreviousPage startCursor endCursor } } }`)
      ).auditEvents;
    const forth: string[] = [];
    for (let after = '', more = true; more; ) {
      const { nodes, pageInfo } = await read(`first: ${size}${after}`);
      forth.push(...nodes.map(({ id }: { id: string }) => id));
      expect(nodes.length).toBeGreaterThan(0);
      expect(pageInfo.hasPreviousPage).toBe(after !== '');
      [after, more] = [`, after: "${pageInfo.endCursor}"`, pageInfo.hasNextPage];
    }
    expect(forth).toEqual(ids);
    const back: string[] = [];
    for (let before = '', more = true; more; ) {
      const { nodes, pageInfo } = await read(`last: ${size}${before}`);
      back.unshift(...nodes.map(({ id }: { id: string }) => id));
      expect(nodes.length).toBeGreaterThan(0);
      expect(pageInfo.hasNextPage).toBe(before !== '');
      [before, more] = [`, before: "${pageInfo.startCursor}"`, pageInfo.hasPreviousPage];
    }
    expect(back).toEqual(ids);
  });

  test('over REST continue by `page` and `link`', async () => {
    const { headers, ids } = await sevenEvents();
    const found: string[] = [];
    let path: string | undefined = '/api/v1/admin/audit-event?first=3&actor=ada';
    while (path) {
      const { body, headers: fields } = await gateway.request(path, { headers });
      found.push(...body.data.map(({ id }: { id: string }) => id));
      const [, link = ''] =
        /^<https:\/\/gateway.example.com(.*)>; rel="next"$/.exec(fields.get('link') ?? '') ?? [];
      expect(body.page).toEqual({
        next: link ? new URLSearchParams(link.split('?')[1]).get('after') : null,
        hasMore: link !== '',
      });
      path = link || undefined;
    }
    expect(found).toEqual(ids);
  });

  test('have 50 events if nobody says how many, and 100 at most', async () => {
    const { tenant, run, refused } = await somebody(gateway);
    await addEvents(
      gateway,
      Array.from({ length: 101 }, (_, at) => ({ tenant, at })),
    );
    expect((await run('{ auditEvents { nodes { id } } }')).auditEvents.nodes).toHaveLength(50);
    const all = await run(`{ auditEvents(first: 100) { nodes { ${everything} } edges { cursor } } }`);
    expect(all.auditEvents.nodes).toHaveLength(100);
    expect(await refused('{ auditEvents(first: 101) { nodes { id } } }')).toMatchObject({
      details: { field: 'first' },
    });
  });
});

describe.each(transports)('over %s', (transport) => {
  test('a viewer may read the audit log, also of a suspended tenant', async () => {
    const tenant = await gateway.createTenant({ status: 'suspended' });
    const [id] = await addEvents(gateway, [{ tenant }]);
    const said = await send[transport](gateway, trail, await gateway.as('tenant_viewer', tenant), {});
    expect(idsIn(said)).toEqual([id]);
  });

  test('a tenant in which nothing was done has an empty audit log', async () => {
    const { headers } = await somebody(gateway);
    expect(idsIn(await send[transport](gateway, trail, headers, {}))).toEqual([]);
  });

  test('the audit log of a tenant outlives it', async () => {
    const tenant = randomUUID();
    const [id] = await addEvents(gateway, [{ tenant }]);
    const said = await send[transport](gateway, trail, await gateway.as('super_admin', tenant), {});
    expect(idsIn(said)).toEqual([id]);
  });

  test('a filter that nothing fits, and a place behind the last event, are empty pages', async () => {
    const tenant = randomUUID();
    await addEvents(gateway, [{ tenant }]);
    const headers = await gateway.as('super_admin', tenant);
    const said = await send.GraphQL(gateway, trail, headers, {});
    const { endCursor: after } = (said.data as { pageInfo: { endCursor: string } }).pageInfo;
    const behind = await send[transport](gateway, trail, headers, { after });
    expect({ code: behind.code, ids: idsIn(behind) }).toEqual({ code: 'OK', ids: [] });
  });

  test('no event of another tenant, or of none, is in it', async () => {
    const { tenant, headers } = await somebody(gateway);
    const [own] = await addEvents(gateway, [
      { tenant, target: 'shared' },
      { tenant: await gateway.createTenant(), target: 'shared' },
      { tenant: null, target: 'shared' },
    ]);
    expect(idsIn(await send[transport](gateway, trail, headers, {}))).toEqual([own]);
  });

  test('the cursor of another tenant is refused', async () => {
    const other = await somebody(gateway);
    await addEvents(gateway, [{ tenant: other.tenant }]);
    const theirs = await send.GraphQL(gateway, trail, other.headers, {});
    const { endCursor: after } = (theirs.data as { pageInfo: { endCursor: string } }).pageInfo;
    const said = await send[transport](gateway, trail, (await somebody(gateway)).headers, { after });
    expect(said).toMatchObject({ code: 'BAD_USER_INPUT', details: { field: 'after' } });
  });
});
