import { setTimeout } from 'node:timers/promises';
import { Router } from 'express';
import type { Pool } from 'pg';
import type { Logger } from 'pino';
import { isMigrated } from '../../platform/database/migrate.js';
import { whyUnavailable } from '../../platform/database/unavailable.js';

/** Milliseconds. Whoever asks waits a second or two, and takes no answer for a no. */
const patience = 1500;

/**
 * For load balancers: `/healthz` tells that the process answers, `/readyz` that it can do its work.
 * @param canSign whether there is a key for tokens. Who is to tell why not tells it when that changes
 */
export function createHealthRouter(pool: Pool, canSign: () => boolean, log: Logger): Router {
  const router = Router();
  router.get('/healthz', (_request, response) => {
    response.json({ status: 'ok' });
  });
  router.get('/readyz', async (_request, response) => {
    const answer = isMigrated(pool).catch((error) => {
      log.warn({ reason: whyUnavailable(error) ?? error.message }, 'not ready: the database does not answer');
      return false;
    });
    const ready = (await Promise.race([answer, setTimeout(patience, false, { ref: false })])) && canSign();
    response.status(ready ? 200 : 503).json({ status: ready ? 'ready' : 'not ready' });
  });
  return router;
}
