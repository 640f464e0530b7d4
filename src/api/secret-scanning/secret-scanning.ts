import { type RequestHandler, Router } from 'express';
import type { Pool } from 'pg';
import type { Logger } from 'pino';
import { LeakedSecretReports } from '../../features/service-accounts/secrets/leaked-secret-reports.js';
import type { Pepper } from '../../platform/crypto.js';
import { AppError } from '../../platform/errors.js';
import { readJson } from '../../platform/http/json-body.js';
import { describeRequest } from '../../platform/http/request-info.js';
import { requireSingleHeaders } from '../../platform/http/single-headers.js';
import type { RateLimits } from '../../platform/rate-limits/rate-limits.js';
import { successEnvelope } from '../rest/envelope.js';
import { foundAt } from './found-at.js';
import { readReports } from './read-reports.js';

interface Settings {
  secretScanning: boolean;
  peppers: readonly Pepper[];
}

interface Dependencies {
  pool: Pool;
  limits: Pick<RateLimits, 'limitAddress' | 'limitReports'>;
  log: Logger;
}

/** The endpoint for scanners, with the reports that are still in memory. */
export interface SecretScanning {
  path: string;
  /** Is empty if secret scanning is off, so that the path does not exist. */
  router: Router;
  /** Processes the reports that are still in memory. */
  close(): Promise<void>;
}

const noStore: RequestHandler = (_request, response, next) => {
  response.set('cache-control', 'no-store');
  next();
};

/**
 * Creates the endpoint where scanners report leaked secrets without credentials. Whoever knows a secret can do more
 * harm with it than by revoking it. The response is the same whether the secret exists or not, and is sent before the
 * gateway looks for the secret, so that neither its content nor its time confirms a guess.
 */
export function createSecretScanning(
  { secretScanning, peppers }: Settings,
  { pool, limits, log }: Dependencies,
): SecretScanning {
  const reports = new LeakedSecretReports(pool, peppers, log);
  const router = Router();
  const admit = [noStore, limits.limitAddress, limits.limitReports, requireSingleHeaders];
  if (secretScanning) {
    router.all('/', ...admit);
    router.post('/', async (request, response) => {
      const found = readReports(await readJson(request, response));
      response.status(202).json(successEnvelope('Report accepted', null, new Date()));
      request.metrics.end('OK');
      reports.reported(
        found.map(({ secret, url }) => ({ secret, foundAt: foundAt(url) })),
        describeRequest(request),
      );
    });
    router.all('/', () => {
      throw new AppError('METHOD_NOT_ALLOWED', { headers: { allow: 'POST' } });
    });
  }
  return { path: '/api/v1/secret-scanning/report', router, close: () => reports.close() };
}
