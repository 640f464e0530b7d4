import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type CountingGateway, startCountingGateway } from '../../../harness/counting-gateway.js';

let gateway: CountingGateway;
let headers: Record<string, string>;
beforeAll(async () => {
  gateway = await startCountingGateway();
  headers = await gateway.as('tenant_admin', await gateway.createTenant());
  const owners = Array.from({ length: 60 }, (_, number) => ({ owner: number < 55 ? 'many' : 'few' }));
  for (const input of owners) expect((await gateway.create(headers, input)).status).toBe(200);
});
afterAll(() => gateway.close());

/** Reads a page of 50 accounts with their secrets and tenants, and counts the statements. */
async function read(wanted: string, filter?: object, more = '') {
  gateway.statements.count = 0;
  const { body } = await gateway.graphql(
    headers,
    `query ($filter: ServiceAccountFilter) {
      serviceAccounts(first: 50, filter: $filter) {
        ${wanted}
        nodes {
          id name createdBy { id name } secrets { id hint overdue }
          tenant { id name serviceAccountCount remaining } ${more}
        }
        pageInfo { hasNextPage endCursor }
      }
    }`,
    { filter },
  );
  const page = body.data.serviceAccounts;
  expect(page.nodes).toHaveLength(50);
  for (const { secrets } of page.nodes) expect(secrets).toHaveLength(1);
  return { page, count: gateway.statements.count };
}

test('50 accounts with secrets, tenant and creator take a statement for them and one for all secrets', async () => {
  expect((await read('')).count).toBe(2);
});

test('the keys of 50 accounts take one statement', async () => {
  expect((await read('', undefined, 'keys { id kid }')).count).toBe(3);
});

test('the total of all stands in the tenant, and takes none', async () => {
  const { page, count } = await read('totalCount');
  expect(page.totalCount).toBe(60);
  expect(count).toBe(2);
});

test('the total with a filter takes one more, only when it is selected', async () => {
  const filter = { owner: 'many' };
  expect((await read('', filter)).count).toBe(2);
  const { page, count } = await read('totalCount', filter);
  expect(page.totalCount).toBe(55);
  expect(count).toBe(3);
});
