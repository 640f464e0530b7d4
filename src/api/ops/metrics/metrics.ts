import type { RequestListener, Server } from 'node:http';
import type { Pool } from 'pg';
import type { Logger } from 'pino';
import { Registry } from 'prom-client';
import { countConnections } from './connections.js';
import { watchEventLoop } from './event-loop.js';
import type { Door, RateLimitPolicy } from './labels.js';
import { createPage } from './page.js';
import { measurePool } from './pool.js';
import { measureProcess } from './process.js';
import { countRateLimits } from './rate-limits.js';
import { countRequests } from './requests.js';
import { countTenantsAtLimit } from './tenants-at-limit.js';
import { countTokens } from './tokens.js';

/** What the gateway counts of its work. It is always there, and does nothing where metrics are off. */
export interface Metrics {
  /**
   * One operation is over.
   * @param operation a root field, an endpoint of OAuth, or `none` when the request reached neither
   * @param code `OK`, or that of its error
   */
  request(door: Door, operation: string, code: string, seconds: number): void;
  tokenIssued(): void;
  /** @param reason one of `Names.refusals`, or the code of the error where there is none */
  tokenRefused(reason: string): void;
  rateLimit(policy: RateLimitPolicy, exceeded: boolean): void;
  /** Tells the connections of this server, once it listens. */
  watch(server: Server): void;
  /** Answers a scrape. Undefined where metrics are off. */
  page?: RequestListener;
  /** Ends whatever it observes. */
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

export interface MetricsSettings {
  port: number | undefined;
  token: string | undefined;
}

/** What labels say of what others do. */
export interface Names {
  /** The root fields, which are the operations of GraphQL and REST. */
  operations: readonly string[];
  /** Why a client gets no token. */
  refusals: readonly string[];
}

/** Collects in a registry of its own. */
export function createMetrics(
  { port, token }: MetricsSettings,
  { operations, refusals }: Names,
  pool: Pool,
  log: Logger,
): Metrics {
  if (port === undefined && token === undefined) return off;
  const registry = new Registry();
  measureProcess(registry);
  measurePool(registry, pool);
  countTenantsAtLimit(registry, pool, log);
  const stopEventLoop = watchEventLoop(registry);
  return {
    request: countRequests(registry, operations),
    ...countTokens(registry, refusals),
    rateLimit: countRateLimits(registry),
    watch: countConnections(registry),
    page: createPage(registry, token, log),
    close: () => {
      stopEventLoop();
      registry.clear();
    },
  };
}
