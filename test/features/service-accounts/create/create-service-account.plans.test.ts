import 'reflect-metadata';
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import pg from 'pg';
import { createServiceAccountsSql } from '../../../../src/features/service-accounts/create/create-service-account.sql.js';
import { createDatabase } from '../../../harness/database.js';

let client: pg.Client;
let drop: () => Promise<void>;
beforeAll(async () => {
  const database = await createDatabase();
  drop = database.drop;
  client = new pg.Client({ connectionString: database.url });
  await client.connect();
  await client.query(`
    insert into tenant (id, name, service_account_limit)
      select gen_random_uuid(), 'Tenant', 100 from generate_series(1, 2000);
    insert into retired_client_id (client_id) select 'sa_client_' || n from generate_series(1, 20000) n;
    insert into idempotency_key (hash, fingerprint, sealed_secret, secret_id, answer, expires_at)
      select sha256(n::text::bytea), '', '', gen_random_uuid(), '{}', now() from generate_series(1, 20000) n;
    analyze tenant, retired_client_id, idempotency_key`);
});
afterAll(async () => {
  await client.end();
  await drop();
});

test.each(['skip', 'wait'] as const)(
  'the statement (%s) reads no table of tenants, retired client IDs or idempotency keys as a whole',
  async (locked) => {
    const { rows: tenants } = await client.query('select id as tenant_id from tenant limit 20');
    const accounts = tenants.map((values) => ({ ...values, id: randomUUID(), name: 'export' }));
    await client.query(`prepare ${locked} as ${createServiceAccountsSql(locked)}`);
    const execution = `execute ${locked} (${pg.escapeLiteral(JSON.stringify(accounts))})`;
    // PostgreSQL may choose a generic plan, which does not depend on the values, after five runs. Without an analysis,
    // `explain` does not run the statement but counts as a run.
    for (let run = 0; run < 7; run++) await client.query(`explain ${execution}`);
    const { rows } = await client.query(`explain ${execution}`);
    const plan = rows.map((row) => row['QUERY PLAN']).join('\n');
    expect(plan).toMatch(/Index (Only )?Scan (using|on) tenant_pkey/);
    expect(plan).not.toMatch(/Seq Scan on (tenant|retired_client_id|idempotency_key|service_account)\b/);
  },
);
