import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { Pool } from 'pg';
import { pino } from 'pino';
import { cleanupJobs } from '../../../src/platform/cleanup/jobs.js';
import { startCleanup } from '../../../src/platform/cleanup/start-cleanup.js';
import { type Gateway, startGateway } from '../../harness/gateway.js';

let gateway: Gateway;
beforeAll(async () => {
  gateway = await startGateway();
});
afterAll(() => gateway.close());

const jtis = async () =>
  (await gateway.sql<{ jti: string }>('select jti from revoked_token')).map(({ jti }) => jti);

test('revoked tokens are forgotten once they have expired, many at a time', async () => {
  await gateway.sql(
    `insert into revoked_token (jti, expires_at)
     select 'over-' || n, now() - interval '2 minutes' from generate_series(1, 10001) n
     union all select 'live', now() + interval '1 minute'
     union all select 'over by some clocks', now() - interval '5 seconds'`,
  );
  const pool = new Pool({ connectionString: gateway.databaseUrl });
  const stop = startCleanup(pool, pino({ level: 'silent' }), [cleanupJobs.revokedTokens], 50);
  for (let waits = 0; waits < 500 && (await jtis()).length > 2; waits++) await sleep(20);
  stop();
  await pool.end();
  expect((await jtis()).sort()).toEqual(['live', 'over by some clocks']);
});
