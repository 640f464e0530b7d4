import { randomBytes } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { type Somebody, somebody } from '../../harness/admin.js';
import { moveClock, restoreClock } from '../../harness/clock.js';
import { type Answer, type Gateway, startGateway } from '../../harness/gateway.js';

const budget = 1_500_000;
let gateway: Gateway;
beforeAll(async () => {
  gateway = await startGateway({ RATE_LIMIT_TENANT_AUDIT_BYTES: `${budget}` });
});
afterAll(() => gateway.close());
let admin: Somebody;
beforeEach(async () => {
  moveClock(0);
  admin = await somebody(gateway, await gateway.createTenant({ limit: 10_000 }));
});
afterEach(restoreClock);

/** The size of the audit log with its indexes, whether it has partitions or not. */
const sizeOfTrail = async () => {
  const [row] = await gateway.sql<{ size: string }>(
    `select sum(pg_total_relation_size(oid)) as size from pg_class where oid = 'audit_event'::regclass
       or oid in (select inhrelid from pg_inherits where inhparent = 'audit_event'::regclass)`,
  );
  return Number(row?.size);
};

/** A text that does not compress. */
const noise = (length: number) =>
  randomBytes(length).toString('base64url').slice(0, length).replace(/[-_]/g, '0');

const loud = () => ({
  description: noise(1000),
  labels: Array.from({ length: 32 }, (_, n) => ({
    key: `key-${n}`,
    value: noise(255),
  })),
});

/** Repeats a request, four times at the same time, until all four are refused. */
async function untilRefused(request: () => Promise<Answer>): Promise<Answer[]> {
  for (;;) {
    const answers = await Promise.all(Array.from({ length: 4 }, request));
    if (answers.every(({ status, body }) => status === 429 || body.errors)) return answers;
  }
}

/** Changes an account eight times in one request. */
function updates(id: string | undefined): Promise<Answer> {
  const names = [...'abcdefgh'];
  const inputs = names.map((name) => `$${name}: UpdateServiceAccountInput!`);
  const fields = names.map(
    (name) => `${name}: updateServiceAccount(input: $${name}) { serviceAccount { id } }`,
  );
  const variables = Object.fromEntries(names.map((name) => [name, { id, ...loud() }]));
  return admin.graphql(`mutation (${inputs.join(', ')}) { ${fields.join('\n')} }`, variables);
}

/** Creates ten accounts in one request. */
function creations(input: string): Promise<Answer> {
  const fields = [...'abcdefghij'].map(
    (name) => `${name}: createServiceAccount(input: ${input}) { clientSecret }`,
  );
  return admin.graphql(`mutation { ${fields.join('\n')} }`);
}

type Flood = (ids: string[]) => () => Promise<Answer>;
const floods: [string, Flood][] = [
  [
    'updates of long values',
    ([id]) =>
      () =>
        updates(id),
  ],
  ['long creations', () => () => admin.rest('POST', '/create', { ...loud(), permissions: [] })],
  ['short creations', () => () => creations('{ permissions: [] }')],
  ['creations with default permissions', () => () => creations('{}')],
  ['creations without a secret', () => () => creations('{ withoutSecret: true }')],
  ['bulk rotations', (ids) => () => admin.rest('POST', '/bulk/rotate-secret', { ids, overlapSeconds: 0 })],
  [
    'bulk changes',
    (ids) => {
      let turn = 0;
      const permissions = () => (turn++ % 2 ? [] : ['api:read']);
      return () => admin.rest('POST', '/bulk/permissions', { ids, permissions: permissions() });
    },
  ],
];

test.each(floods)('%s enlarge the audit log by no more than the budget', async (_what, flood) => {
  const ids: string[] = [];
  for (let n = 0; n < 40; n++) ids.push((await admin.create()).id);
  moveClock(60);
  // Vacuum adds files about free space, which then exist before the flood.
  await gateway.sql('vacuum audit_event');
  const before = await sizeOfTrail();
  await untilRefused(flood(ids));
  const growth = (await sizeOfTrail()) - before;
  expect(growth).toBeLessThanOrEqual(budget);
  // The estimate is close enough to be useful.
  expect(growth).toBeGreaterThan(budget / 3);
});

test('the error names the limit of bytes', async () => {
  const answers = await untilRefused(() => admin.rest('POST', '/create', loud()));
  const details = { limit: 'tenant_audit_bytes', quota: budget, retryAfter: 60 };
  expect(answers.map(({ body }) => body.details)).toEqual(answers.map(() => details));
});
