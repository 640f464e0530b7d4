import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { Pool } from 'pg';
import { createFindTenants } from '../../../src/features/tenants/named-tenants.js';
import type { FindTenants } from '../../../src/platform/auth/resolve-caller.js';
import { type Gateway, startGateway } from '../../harness/gateway.js';
import { type SuperAdmin, superAdmin } from './super-admin.js';

let gateway: Gateway;
let operator: SuperAdmin;
let pool: Pool;
let findTenants: FindTenants;
beforeAll(async () => {
  gateway = await startGateway();
  operator = await superAdmin(gateway);
  pool = new Pool({ connectionString: gateway.databaseUrl });
  findTenants = createFindTenants(pool);
});
afterAll(async () => {
  await pool.end();
  await gateway.close();
});

const create = async (...externalIds: [realm: string, id: string][]): Promise<string> => {
  const input = { name: 'Acme', externalIds: externalIds.map(([realm, id]) => ({ realm, id })) };
  return (await operator.rest('POST', '', input)).body.data.id;
};

test('names are found exactly as they are, and only in their realm', async () => {
  const guid = randomUUID();
  const globex = await create(['acme', 'globex'], ['acme', 'https://globex.example.com/'], ['partner', 'g']);
  const umbrella = await create(['acme', guid], ['partner', 'globex'], ['acme', 'a b']);
  const names = [
    'globex',
    'GLOBEX',
    'globex ',
    'g',
    guid,
    guid.toUpperCase(),
    'https://globex.example.com/',
    'a b',
  ];
  expect(await findTenants('acme', names)).toEqual(
    new Map([
      ['globex', globex],
      ['https://globex.example.com/', globex],
      [guid, umbrella],
      ['a b', umbrella],
    ]),
  );
  expect(await findTenants('partner', names)).toEqual(
    new Map([
      ['globex', umbrella],
      ['g', globex],
    ]),
  );
  expect(await findTenants('nowhere', names)).toEqual(new Map());
});

test('the ID of a tenant is no external ID of it', async () => {
  const tenant = await create(['acme', 'only this']);
  expect(await findTenants('acme', [tenant])).toEqual(new Map());
});

test('names that no database can store are not found, and do not disturb the others', async () => {
  const tenant = await create(['acme', '\ufffd'], ['acme', 'umbrella']);
  const names = [
    '',
    'nul\0',
    '\ud800',
    'x'.repeat(100_000),
    "'; drop table tenant; --",
    'umbrella',
    'umbrella',
  ];
  expect(await findTenants('acme', names)).toEqual(new Map([['umbrella', tenant]]));
  expect(await findTenants('acme', ['\0'])).toEqual(new Map());
  expect(await findTenants('acme', [])).toEqual(new Map());
});

test('a change is seen by the next search', async () => {
  const tenant = await create(['acme', 'before']);
  await findTenants('acme', ['before', 'after']);
  await operator.rest('PATCH', `/${tenant}`, { externalIds: [{ realm: 'acme', id: 'after' }] });
  expect(await findTenants('acme', ['before', 'after'])).toEqual(new Map([['after', tenant]]));
  await operator.rest('DELETE', `/${tenant}`);
  expect(await findTenants('acme', ['before', 'after'])).toEqual(new Map());
});
