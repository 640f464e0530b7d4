import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { createPath, type Gateway, startGateway } from '../../harness/gateway.js';
import { type Draft, type Fault, faults } from './faults.js';

let gateway: Gateway;
beforeAll(async () => {
  gateway = await startGateway();
});
afterAll(() => gateway.close());

const tenants = new Map<string, Promise<string>>();

/** Returns a tenant as a draft wants it, with an account that already has the name `taken`. */
function tenantOf(wanted: Draft['tenant']): Promise<string> {
  const key = JSON.stringify(wanted);
  const tenant = tenants.get(key) ?? makeTenant(wanted);
  tenants.set(key, tenant);
  return tenant;
}

async function makeTenant({ missing, status = 'active', limit = 100 }: Draft['tenant']): Promise<string> {
  if (missing) return randomUUID();
  const tenant = await gateway.createTenant({ limit });
  await gateway.create(await gateway.as('tenant_admin', tenant), { name: 'taken' });
  await gateway.sql('update tenant set status = $2 where id = $1', [tenant, status]);
  return tenant;
}

async function answerTo(...put: Fault[]) {
  const draft: Draft = {
    role: 'tenant_admin',
    tenant: {},
    headers: { 'content-type': 'application/json' },
    input: { name: 'free' },
    write: (json) => json,
  };
  for (const fault of put) fault.put(draft);
  const given = { ...(await gateway.as(draft.role, await tenantOf(draft.tenant))), ...draft.headers };
  const headers = Object.entries(given).filter((entry): entry is [string, string] => entry[1] !== undefined);
  return gateway.request(createPath, {
    method: 'POST',
    headers,
    body: draft.write(JSON.stringify(draft.input)),
  });
}

test('a request without a fault gets a response with 200', async () => {
  expect((await answerTo()).status).toBe(200);
});

/** Tells whether two faults exclude each other: a tenant that does not exist is neither suspended nor full. */
const impossible = (earlier: Fault, later: Fault) => earlier.rank === 9 && [10, 13].includes(later.rank);

const pairs = faults.flatMap((earlier) =>
  faults
    .filter((later) => later.rank > earlier.rank && !impossible(earlier, later))
    .map((later) => ({ first: earlier.name, second: later.name, earlier, later })),
);

test.each(pairs)('$first is reported before $second', async ({ earlier, later }) => {
  const { status, body } = await answerTo(earlier, later);
  expect({ status, code: body.code, field: body.details?.field }).toEqual({
    status: earlier.status,
    code: earlier.code,
    field: earlier.field,
  });
});

test.each(faults)('$name alone is reported', async (fault) => {
  const { status, body } = await answerTo(fault);
  expect({ status, code: body.code, field: body.details?.field }).toEqual({
    status: fault.status,
    code: fault.code,
    field: fault.field,
  });
});

test('whatever was refused, nothing but the accounts named taken and the faultless one exists', async () => {
  const rows = await gateway.sql(`select distinct name from service_account order by name`);
  expect(rows).toEqual([{ name: 'free' }, { name: 'taken' }]);
});
