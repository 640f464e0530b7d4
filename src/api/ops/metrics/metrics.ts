import type { RequestListener, Server } from 'node:http';
import type { Pool } from 'pg';
import type { Logger } from 'pino';
import { Registry } from 'prom-client';
import { measureConnections, measurePool } from './connections.js';
import {
  type CountRateLimit,
  type CountRequest,
  type CountTokens,
  countRateLimits,
  countRequests,
  countTokens,
} from './counters.js';
import { observeEventLoop } from './event-loop.js';
import { createMetricsPage } from './metrics-page.js';
import { measureProcess } from './process.js';
import { measureTenantsAtLimit } from './tenants-at-limit.js';

/** Counts the work of the gateway, unless metrics are off. */
export interface Metrics extends CountTokens {
  request: CountRequest;
  rateLimit: CountRateLimit;
  /** Starts to measure the connections of a server that listens. */
  watch(server: Server): void;
  /** Responds to a scrape. Undefined if metrics are off. */
  page?: RequestListener;
  /** Stops all observations. */
  close(): void;
}

const off: Metrics = {
  request: () => {},
  tokenIssued: () => {},
  tokenRefused: () => {},
  rateLimit: () => {},
  watch: () => {},
  close: () => {},
};

interface MetricsSettings {
  port: number | undefined;
  token: string | undefined;
}

/** The values that labels can have. Any other value counts as `other`. */
interface LabelValues {
  /** The root fields, which are the operations of the GraphQL API and the REST API. */
  operations: readonly string[];
  /** The reasons for which a client gets no token. */
  refusals: readonly string[];
}

/** Creates the metrics in a new registry. */
export function createMetrics(
  { port, token }: MetricsSettings,
  { operations, refusals }: LabelValues,
  pool: Pool,
  log: Logger,
): Metrics {
  if (port === undefined && token === undefined) return off;
  const registry = new Registry();
  measureProcess(registry);
  measurePool(registry, pool);
  measureTenantsAtLimit(registry, pool, log);
  const stopEventLoop = observeEventLoop(registry);
  return {
    request: countRequests(registry, operations),
    ...countTokens(registry, refusals),
    rateLimit: countRateLimits(registry),
    watch: measureConnections(registry),
    page: createMetricsPage(registry, token, log),
    close: () => {
      stopEventLoop();
      registry.clear();
    },
  };
}
