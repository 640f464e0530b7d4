import { setTimeout } from 'node:timers/promises';
import { Router } from 'express';
import type { Pool } from 'pg';
import type { Logger } from 'pino';
import { whyUnavailable } from '../../platform/database/database-errors.js';
import { isMigrated } from '../../platform/database/migrate.js';

/** Load balancers wait one or two seconds, and treat a missing response as a failure. */
const timeoutMs = 1500;

/**
 * Creates the endpoints for load balancers. `/healthz` reports that the process responds, and `/readyz` reports that
 * the gateway can do its work.
 * @param canSign returns whether this gateway can sign access tokens; signing-keys.ts logs the reason if it cannot
 */
export function createHealthRouter(pool: Pool, canSign: () => boolean, log: Logger): Router {
  const router = Router();
  router.get('/healthz', (_request, response) => {
    response.json({ status: 'ok' });
  });
  router.get('/readyz', async (_request, response) => {
    const answer = isMigrated(pool).catch((error) => {
      log.warn(
        { reason: whyUnavailable(error) ?? error.message },
        'Not ready: the database cannot be queried',
      );
      return false;
    });
    const ready = (await Promise.race([answer, setTimeout(timeoutMs, false, { ref: false })])) && canSign();
    response.status(ready ? 200 : 503).json({ status: ready ? 'ready' : 'not ready' });
  });
  return router;
}
