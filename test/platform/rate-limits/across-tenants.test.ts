import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { somebody } from '../../harness/admin.js';
import { moveClock, restoreClock } from '../../harness/clock.js';
import { type Gateway, startGateway } from '../../harness/gateway.js';

let gateway: Gateway;
let authorization: string;
beforeAll(async () => {
  gateway = await startGateway({ RATE_LIMIT_TENANT_CHANGES: '3' });
  ({ authorization = '' } = await gateway.as('super_admin', ''));
});
afterAll(() => gateway.close());
let minutes = 0;
// The budget of the previous test is a minute old.
beforeEach(() => moveClock(61 * minutes++));
afterEach(restoreClock);

const operate = async (mutation: string) => {
  const { body } = await gateway.graphql({ authorization }, `mutation { ${mutation} }`);
  const [error] = body.errors ?? [];
  return error ? { message: error.message, ...error.extensions } : body.data;
};
const createTenant = (name: string) =>
  operate(`createTenant(input: { name: "${name}" }) { tenant { name } }`);
const refused = {
  code: 'RATE_LIMITED',
  message:
    'The operations across tenants have used up the limit of 3 changes per minute. Retry after 60 seconds.',
  details: { limit: 'tenant_changes', quota: 3, retryAfter: 60 },
};
const useUp = async () => {
  for (const name of ['a', 'b', 'c', 'd']) await createTenant(name);
};

test('operations across tenants have a budget that is separate from those of tenants', async () => {
  const { rest, tenant } = await somebody(gateway);
  for (let n = 0; n < 4; n++) await rest('POST', '/create');
  expect(await rest('POST', '/create')).toMatchObject({ status: 429 });
  expect(await operate(`updateTenant(input: { id: "${tenant}", name: "x" }) { tenant { name } }`)).toEqual({
    updateTenant: { tenant: { name: 'x' } },
  });
});

test('an operation across tenants beyond their budget is refused, and changes nothing', async () => {
  await useUp();
  expect(await createTenant('One more')).toMatchObject(refused);
  expect(await gateway.sql(`select from tenant where name = 'One more'`)).toEqual([]);
});

test.each(['suspendTenant', 'deleteTenant'])(
  '%s works while the budget across tenants is used up',
  async (field) => {
    const id = await gateway.createTenant();
    await useUp();
    expect(await operate(`${field}(input: { id: "${id}" }) { tenant { id } }`)).toEqual({
      [field]: { tenant: { id } },
    });
  },
);

test('deleteAudience works while the budget across tenants is used up, and setAudience does not', async () => {
  const set = (name: string) =>
    operate(
      `setAudience(input: { uri: "https://x.example.com", name: "${name}", permissions: ["api:read"] }) { audience { name } }`,
    );
  await set('first');
  await useUp();
  expect(await set('second')).toMatchObject(refused);
  expect(
    await operate('deleteAudience(input: { uri: "https://x.example.com" }) { audience { name } }'),
  ).toEqual({ deleteAudience: { audience: { name: 'first' } } });
});

test('deleting a permission with force works if it needs more than the budget, and uses it up', async () => {
  await operate('setPermission(input: { name: "many:use", description: "-" }) { permission { name } }');
  for (const who of [await somebody(gateway), await somebody(gateway)])
    for (let n = 0; n < 3; n++) await who.create({ permissions: ['many:use'] });
  expect(
    await operate('deletePermission(input: { name: "many:use", force: true }) { serviceAccountCount }'),
  ).toEqual({ deletePermission: { serviceAccountCount: 6 } });
  expect(await createTenant('Later')).toMatchObject(refused);
});
