import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { type Somebody, somebody } from '../../../harness/admin.js';
import { moveClock, restoreClock } from '../../../harness/clock.js';
import { type CountingGateway, startCountingGateway } from '../../../harness/counting-gateway.js';

let gateway: CountingGateway;
let admin: Somebody;
beforeAll(async () => {
  gateway = await startCountingGateway();
  admin = await somebody(gateway);
});
afterEach(restoreClock);
afterAll(() => gateway.close());

const hour = 3_600_000;

/** Stores counts of tokens of an account, by the number of hours ago. */
async function count(id: string, counts: Record<number, number>) {
  const now = Date.now() - (Date.now() % hour);
  await gateway.sql(
    'insert into token_count select $1, hour, count from unnest($2::timestamptz[], $3::integer[]) as counted (hour, count)',
    [
      id.slice(3),
      Object.keys(counts).map((hours) => new Date(now - Number(hours) * hour)),
      Object.values(counts),
    ],
  );
}

const query =
  'query ($id: ID!, $hours: Int! = 24) { serviceAccount(id: $id) { tokensIssued(hours: $hours) { hour count } } }';

test('the last day is reported, and more or less when asked for, newest first', async () => {
  // The clock stands in the middle of an hour, so that no hour ends during the test.
  moveClock((1.5 * hour - (Date.now() % hour)) / 1000);
  const admin = await somebody(gateway);
  const { id } = await admin.create();
  await count(id, { 0: 7, 1: 6, 23: 5, 24: 4, 25: 3, 167: 2, 168: 1 });
  const told = async (hours?: number) => {
    const suffix = hours === undefined ? '' : `?hours=${hours}`;
    const { body } = await admin.rest('GET', `/${id}/token-usage${suffix}`);
    const { serviceAccount } = await admin.run(query, { id, hours });
    expect(body.data).toEqual(serviceAccount.tokensIssued);
    return body.data.map(({ count }: { count: number }) => count);
  };
  expect(await told()).toEqual([7, 6, 5]);
  expect(await told(1)).toEqual([7]);
  expect(await told(25)).toEqual([7, 6, 5, 4]);
  expect(await told(168)).toEqual([7, 6, 5, 4, 3, 2]);
});

test('an hour begins when it does in UTC', async () => {
  const { id } = await admin.create();
  await count(id, { 0: 1 });
  const { body } = await admin.rest('GET', `/${id}/token-usage`);
  expect(body.data).toEqual([
    { hour: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:00:00\.000Z$/), count: 1 },
  ]);
  expect(body.page).toEqual({ next: null, hasMore: false });
});

describe.each([0, -1, 169, 2 ** 31 - 1])('%d hours', (hours) => {
  const wrong = { code: 'BAD_USER_INPUT', details: { field: 'hours' } };

  test('are refused by name at both transports', async () => {
    const { id } = await admin.create();
    expect(await admin.refused(query, { id, hours })).toMatchObject(wrong);
    const { status, body } = await admin.rest('GET', `/${id}/token-usage?hours=${hours}`);
    expect([status, body]).toEqual([400, expect.objectContaining(wrong)]);
  });

  test('take no secret with them', async () => {
    const { body } = await admin.graphql(
      `mutation { createServiceAccount { serviceAccount { id tokensIssued(hours: ${hours}) { count } } clientSecret } }`,
    );
    expect(body.errors).toEqual([expect.objectContaining({ extensions: expect.objectContaining(wrong) })]);
    expect(body.data.createServiceAccount).toEqual({
      serviceAccount: { id: expect.stringMatching(/^sa-/), tokensIssued: null },
      clientSecret: expect.stringMatching(/^sa_secret_/),
    });
  });
});

test.each(['x', '1.5', '1e1', ' '])('REST refuses %j hours', async (hours) => {
  const { id } = await admin.create();
  const { status, body } = await admin.rest('GET', `/${id}/token-usage?hours=${encodeURIComponent(hours)}`);
  expect([status, body.details?.field]).toEqual([400, 'hours']);
});

describe('a page of 100 accounts', () => {
  let page: Somebody;
  beforeAll(async () => {
    page = await somebody(gateway);
    for (let number = 0; number < 100; number++)
      await count((await page.create()).id, { 0: number + 1, 30: 1 });
  });

  const list = (fields: string) => `{ serviceAccounts(first: 100) { nodes { ${fields} } } }`;

  test('has the tokens of the last day in one more statement', async () => {
    const all = `id name description owner labels { key value } clientId type status permissions createdAt
      createdBy { realm id name email } updatedAt lastUsedAt expiresAt deletedAt expired version
      secrets { id hint createdAt expiresAt revokedAt lastUsedAt } tenant { id name }`;
    gateway.statements.count = 0;
    const { serviceAccounts } = await page.run(list(`${all} tokensIssued { hour count }`));
    expect(gateway.statements.count).toBe(3);
    const told = serviceAccounts.nodes.map(({ tokensIssued }: { tokensIssued: { count: number }[] }) =>
      tokensIssued.map(({ count }) => count),
    );
    expect(told).toHaveLength(100);
    expect(new Set(told.flat()).size).toBe(100);
  });

  test('cannot have those of a week', async () => {
    expect(await page.refused(list('tokensIssued(hours: 168) { hour count }'))).toMatchObject({
      code: 'BAD_USER_INPUT',
      details: { limit: 'cost' },
    });
  });

  test('can have those of different hours beside each other', async () => {
    const { serviceAccounts } = await page.run(
      `{ serviceAccounts(first: 10) { nodes {
        day: tokensIssued { count } both: tokensIssued(hours: 48) { count } } } }`,
    );
    for (const { day, both } of serviceAccounts.nodes) expect([day.length, both.length]).toEqual([1, 2]);
  });
});
