import 'reflect-metadata';
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import pg from 'pg';
import { seedAccounts } from '../../../../bench/seed-accounts.js';
import { endLeakedSecretSql } from '../../../../src/features/service-accounts/secrets/end-leaked-secret.js';
import { createDatabase } from '../../../harness/database.js';

let client: pg.Client;
let drop: () => Promise<void>;
beforeAll(async () => {
  const database = await createDatabase();
  drop = database.drop;
  client = new pg.Client({ connectionString: database.url });
  await client.connect();
  await seedAccounts([client], {
    accounts: 20_000,
    tenants: 200,
    firstTenant: { id: randomUUID(), name: 'Large customer' },
    pepperVersion: 'v1',
  });
});
afterAll(async () => {
  await client.end();
  await drop();
});

test('a reported secret is found by its hash among all secrets of all tenants', async () => {
  const hashes = ['00', '11'].map((byte) => byte.repeat(32)).join();
  const execution = `execute report ('${hashes}', null, '{"realm":"","id":"x"}', null)`;
  await client.query(`prepare report as ${endLeakedSecretSql}`);
  // PostgreSQL may choose a generic plan, which does not depend on the values, after five runs.
  for (let run = 0; run < 7; run++) await client.query(execution);
  const { rows } = await client.query(`explain ${execution}`);
  const plan = rows.map((row) => row['QUERY PLAN']).join('\n');
  expect(plan).not.toMatch(/Seq Scan on service_account/);
  expect(plan).toMatch(/Index Scan using service_account_secret_hash\w*/);
});
