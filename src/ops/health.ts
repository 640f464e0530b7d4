import { Router } from 'express';
import type { Pool } from 'pg';
import type { Logger } from 'pino';
import { isMigrated } from '../database/migrate.js';

/** For load balancers: `/healthz` tells that the process answers, `/readyz` that it can do its work. */
export function createHealthRouter(pool: Pool, log: Logger): Router {
  const router = Router();
  router.get('/healthz', (_request, response) => {
    response.json({ status: 'ok' });
  });
  router.get('/readyz', async (_request, response) => {
    const ready = await isMigrated(pool).catch((error) => {
      log.warn({ err: error }, 'the database cannot be reached');
      return false;
    });
    response.status(ready ? 200 : 503).json({ status: ready ? 'ready' : 'not ready' });
  });
  return router;
}
