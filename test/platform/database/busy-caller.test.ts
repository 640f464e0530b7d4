import { setTimeout } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import pg from 'pg';
import { type Gateway, startGateway } from '../../harness/gateway.js';
import { untilLocked } from '../../harness/until-locked.js';

let gateway: Gateway;
beforeAll(async () => {
  gateway = await startGateway();
});
afterAll(() => gateway.close());

test('others are served while all that one caller reads has to wait, be it in one request', async () => {
  const headers = await gateway.as('tenant_admin', await gateway.createTenant());
  const client = new pg.Client({ connectionString: gateway.databaseUrl });
  await client.connect();
  await client.query('begin');
  await client.query('lock table service_account');
  const id = 'sa-00000000-0000-4000-8000-000000000000';
  const fields = Array.from({ length: 20 }, (_, n) => `a${n}: serviceAccount(id: "${id}") { id }`);
  const waiting = gateway.graphql(headers, `{ ${fields.join(' ')} }`);
  await untilLocked(gateway);
  await setTimeout(200); // The gateway has begun with all fields by now, unless the machine is very busy.
  const tenant = await gateway.createTenant();
  const other = { ...(await gateway.as('tenant_viewer', tenant)) };
  expect((await gateway.graphql(other, '{ tenant { id } }')).body).toEqual({
    data: { tenant: { id: tenant } },
  });
  await client.query('rollback');
  await client.end();
  const codes = (await waiting).body.errors.map(
    ({ extensions }: { extensions: { code: string } }) => extensions.code,
  );
  expect(codes).toEqual(Array(20).fill('NOT_FOUND'));
});
