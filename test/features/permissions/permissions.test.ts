import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type Somebody, somebody } from '../../harness/admin.js';
import { type Gateway, startGateway } from '../../harness/gateway.js';
import { type PermissionCall, permissionCalls } from './permission-calls.js';

let gateway: Gateway;
let admin: Somebody;
let owner: Somebody;
let rest: PermissionCall;
beforeAll(async () => {
  gateway = await startGateway();
  admin = await somebody(gateway);
  owner = await somebody(gateway, admin.tenant, 'super_admin');
  rest = permissionCalls(gateway, owner);
});
afterAll(() => gateway.close());
describe('permissions', () => {
  test('are there for every reader, by name, and page by page', async () => {
    const viewer = await somebody(gateway, admin.tenant, 'tenant_viewer');
    const all = await gateway.sql<{ name: string }>('select name from permission order by name');
    const names: string[] = [];
    for (let path = '?first=2'; path; ) {
      const { body } = await rest('GET', path, undefined, viewer);
      names.push(...body.data.map(({ name }: { name: string }) => name));
      path = body.page.next ? `?first=2&after=${body.page.next}` : '';
    }
    expect(names).toEqual(all.map(({ name }) => name));
    const back = await viewer.run(
      '{ permissions(last: 2) { nodes { name } totalCount pageInfo { hasPreviousPage } } }',
    );
    expect(back.permissions).toEqual({
      nodes: names.slice(-2).map((name) => ({ name })),
      totalCount: names.length,
      pageInfo: { hasPreviousPage: true },
    });
  });

  test('tell all that the catalog has', async () => {
    const { body } = await rest('GET', '?first=1');
    expect(body.data).toEqual([
      {
        name: 'api:read',
        description: "Read through the tenant's APIs",
        isDefault: true,
        restricted: false,
      },
    ]);
  });

  test.each(['first=0', 'after=nonsense', 'before=x'])('name the parameter of ?%s', async (query) => {
    const { status, body } = await rest('GET', `?${query}`);
    expect({ status, details: body.details }).toEqual({
      status: 400,
      details: { field: query.split('=')[0] },
    });
  });
});
