import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type Gateway, startGateway } from '../../harness/gateway.js';

let gateway: Gateway;
beforeAll(async () => {
  gateway = await startGateway();
});
afterAll(() => gateway.close());

/** Makes a caller of the realm `acme` with a name, in a new tenant. */
async function person(role = 'tenant_admin', sub: string = randomUUID()) {
  const tenant = await gateway.createTenant();
  const token = await gateway.issuer.sign({
    sub,
    name: `Name of ${sub}`,
    email: `${sub}@example.com`,
    roles: [role],
    tenants: [tenant],
  });
  return { sub, tenant, headers: { authorization: `Bearer ${token}`, 'x-tenantid': tenant } };
}

const document =
  'mutation ($input: ErasePersonInput!) { erasePerson(input: $input) { serviceAccountCount auditEventCount } }';

async function erase(input: Record<string, unknown>, by?: Record<string, string>) {
  const headers = by ?? (await gateway.as('super_admin', randomUUID()));
  const { body } = await gateway.graphql(headers, document, { input });
  return body;
}

const everything = async () => {
  const rows = await gateway.sql<{ line: string }>(
    `select to_jsonb(service_account)::text as line from service_account
     union all select to_jsonb(audit_event)::text from audit_event`,
  );
  return rows.map(({ line }) => line).join('\n');
};

test('name and email address are erased from accounts and audit log, and the IDs stay', async () => {
  const { sub, headers } = await person();
  const { body } = await gateway.create(headers);
  const { id } = body.data;
  await gateway.request(`/api/v1/admin/service-account/${id}/disable`, { method: 'POST', headers });
  expect(await everything()).toContain(`Name of ${sub}`);

  expect(await erase({ realm: 'acme', id: sub })).toEqual({
    data: { erasePerson: { serviceAccountCount: 1, auditEventCount: 2 } },
  });

  expect(await everything()).not.toContain(`Name of ${sub}`);
  expect(await everything()).not.toContain(`${sub}@example.com`);
  const reader = await gateway.as('tenant_viewer', headers['x-tenantid']);
  const { data } = (await gateway.request(`/api/v1/admin/service-account/${id}`, { headers: reader })).body;
  expect(data.createdBy).toEqual({ id: sub, name: null, email: null });
  expect(
    await gateway.sql('select action from audit_event where caller_id = $1 order by occurred_at', [sub]),
  ).toEqual([{ action: 'service_account.create' }, { action: 'service_account.disable' }]);
});

test.each([' lead', 'a\u00a0', 'x\u2028y', '\u3164x', 'a\u034fb'])(
  'whatever their subject is: %j',
  async (sub) => {
    const { headers } = await person('tenant_admin', sub);
    await gateway.create(headers);
    expect(await erase({ realm: 'acme', id: sub })).toEqual({
      data: { erasePerson: { serviceAccountCount: 1, auditEventCount: 1 } },
    });
  },
);

test('an account is not changed by that', async () => {
  const { sub, headers } = await person();
  const { id } = (await gateway.create(headers)).body.data;
  const read = () =>
    gateway.sql('select version, updated_at from service_account where id = $1', [id.slice(3)]);
  const before = await read();
  await erase({ realm: 'acme', id: sub });
  expect(await read()).toEqual(before);
});

test('the audit log tells who did it, and of whom', async () => {
  const { sub, headers } = await person();
  await gateway.create(headers);
  await erase({ realm: 'acme', id: sub });
  const [event] = await gateway.sql(
    `select tenant_id, caller_id, caller_name, outcome, after from audit_event where target = $1`,
    [JSON.stringify(['acme', sub])],
  );
  expect(event).toEqual({
    tenant_id: null,
    caller_id: 'a super_admin',
    caller_name: 'Ada',
    outcome: 'success',
    after: { serviceAccountCount: 1, auditEventCount: 1 },
  });
});

test('a repetition gets a response, and is not recorded', async () => {
  const { sub, headers } = await person();
  await gateway.create(headers);
  await erase({ realm: 'acme', id: sub });
  const before = await everything();
  expect(await erase({ realm: 'acme', id: sub })).toEqual({
    data: { erasePerson: { serviceAccountCount: 0, auditEventCount: 0 } },
  });
  expect(await everything()).toBe(before);
});

test('who erases themselves is not told by name', async () => {
  const { sub, headers } = await person('super_admin');
  await gateway.create(headers);
  await erase({ realm: 'acme', id: sub }, headers);
  expect(await everything()).not.toContain(`Name of ${sub}`);
});

test('the same subject of another realm is another person', async () => {
  const { sub, headers } = await person();
  await gateway.create(headers);
  expect(await erase({ realm: 'partner', id: sub })).toMatchObject({
    data: { erasePerson: { serviceAccountCount: 0, auditEventCount: 0 } },
  });
  expect(await everything()).toContain(`Name of ${sub}`);
});

test('two at the same time, and creates beside them, do not disturb each other', async () => {
  const { sub, headers } = await person();
  for (let count = 0; count < 5; count++) await gateway.create(headers);
  const answers = await Promise.all([
    erase({ realm: 'acme', id: sub }),
    gateway.create(headers).then(({ body }) => body),
    erase({ realm: 'acme', id: sub }),
  ]);
  expect(answers.filter(({ errors, success }) => errors || success === false)).toEqual([]);
});

test.each(['realm', 'id'])('an empty %s is named', async (field) => {
  const { errors } = await erase({ realm: 'acme', id: 'somebody', [field]: '' });
  expect(errors[0].extensions).toMatchObject({ code: 'BAD_USER_INPUT', details: { field } });
});

test('the audit log admits no other change than that', async () => {
  await gateway.create((await person()).headers);
  for (const change of [
    `caller_name = 'Eve'`,
    `caller_id = 'eve'`,
    `caller_name = null`,
    `caller_email = null`,
  ]) {
    await expect(gateway.sql(`update audit_event set ${change}`)).rejects.toThrow('append-only');
  }
});
