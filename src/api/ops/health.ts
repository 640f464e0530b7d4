import type { IncomingMessage, ServerResponse } from 'node:http';
import { setTimeout } from 'node:timers/promises';
import type { Pool } from 'pg';
import type { Logger } from 'pino';
import { whyUnavailable } from '../../platform/database/database-errors.js';
import { isMigrated } from '../../platform/database/migrate.js';

/** Load balancers wait one or two seconds, and treat a missing response as a failure. */
const timeoutMs = 1500;
/** The number of milliseconds for which a result is used again, because anyone can request it. */
const maxAgeMs = 1000;

/** The paths of the endpoints for load balancers. */
export const healthPaths = ['/healthz', '/readyz'] as const;
type HealthPath = (typeof healthPaths)[number];

export interface Health {
  /** Returns whether `handle` can handle a request without Express, which would take most of the time. */
  owns(path: string, request: IncomingMessage): path is HealthPath;
  handle(path: HealthPath, request: IncomingMessage, response: ServerResponse): Promise<void>;
}

/**
 * Creates the endpoints for load balancers. `/healthz` reports that the process responds, and `/readyz` reports that
 * the gateway can do its work.
 * @param canSign returns whether this gateway can sign access tokens; signing-keys.ts logs the reason if it cannot
 */
export function createHealth(pool: Pool, canSign: () => boolean, log: Logger): Health {
  const isUsable = shared(() =>
    isMigrated(pool).catch((error) => {
      log.warn(
        { reason: whyUnavailable(error) ?? error.message },
        'Not ready: the database cannot be queried',
      );
      return false;
    }),
  );
  const readiness = async () => {
    const ready = (await isUsable()) && canSign();
    return { code: ready ? 200 : 503, status: ready ? 'ready' : 'not ready' };
  };
  const checks = { '/healthz': async () => ({ code: 200, status: 'ok' }), '/readyz': readiness };
  return {
    owns: (path, { method }): path is HealthPath =>
      (method === 'GET' || method === 'HEAD') && Object.hasOwn(checks, path),
    handle: async (path, { method }, response) => {
      const { code, status } = await checks[path]();
      const body = JSON.stringify({ status });
      response
        .writeHead(code, {
          'content-type': 'application/json; charset=utf-8',
          'content-length': Buffer.byteLength(body),
        })
        .end(method === 'HEAD' ? undefined : body);
    },
  };
}

/**
 * Shares a check between all requests of a second. At most one check runs at a time, even if the database hangs.
 * @param check never rejects
 * @returns a function that returns the result, or false if the check takes too long
 */
function shared(check: () => Promise<boolean>): () => Promise<boolean> {
  let last = { result: false, at: Number.NEGATIVE_INFINITY };
  let running: Promise<boolean> | undefined;
  const run = async () => {
    last = { result: await check(), at: performance.now() };
    running = undefined;
    return last.result;
  };
  return async () => {
    if (performance.now() - last.at < maxAgeMs) return last.result;
    running ??= run();
    return Promise.race([running, setTimeout(timeoutMs, false, { ref: false })]);
  };
}
