import type { IncomingMessage, ServerResponse } from 'node:http';
import type { RequestHandler } from 'express';
import type { Pool } from 'pg';
import type { Logger } from 'pino';
import type { Identity } from '../auth/caller.js';
import { AppError } from '../errors.js';
import { createCounters } from './count.js';
import { networkOf } from './network.js';
import { createPolicy, hidePolicies, type Policy } from './policy.js';
import type { BudgetPolicy } from './tenant-budgets.js';
import { limitWrongSecrets, type WrongSecrets } from './wrong-secrets.js';

/** The number of requests in a window. 0 means no limit. */
export interface RateLimitSettings {
  /** Requests of a caller. */
  caller: number;
  /** Requests of an address, once for the APIs of administrators and once for the pages for browsers. */
  address: number;
  /** GraphQL requests of an address without an access token, and its reports of leaked secrets. */
  anonymous: number;
  /** Requests of an address to the OAuth 2.0 endpoints. */
  oauthAddress: number;
  /** Authenticated requests of a client. */
  client: number;
  /** Authenticated revocations of a client. */
  clientRevocations: number;
  /** Wrong secrets, for a client ID and for an address. */
  wrongSecrets: number;
  /**
   * With `memory`, each gateway counts its own requests. With `postgres`, the database counts the requests of all its
   * gateways.
   */
  store: 'memory' | 'postgres';
}

/** The names of the limits in the ratelimit headers, in errors and in the metrics. */
export type RateLimitPolicy =
  | 'caller'
  | 'address'
  | 'anonymous'
  | 'page'
  | 'oauth_address'
  | 'client'
  | 'client_revocations'
  | 'wrong_secrets'
  | BudgetPolicy;

/** The limits of machines. Each function returns the seconds to wait if a request exceeds its limit. */
export interface MachineLimits {
  /** Limits the requests of an address. Its counter is separate, so that machines do not starve administrators. */
  address(response: ServerResponse, address: string | null): Promise<number | undefined>;
  /** Limits the requests of a client. Count only requests that the client itself has sent. */
  client(response: ServerResponse, clientId: string): Promise<number | undefined>;
  /** Limits the revocations of a client, each of which writes a row. */
  revocations(response: ServerResponse, clientId: string): Promise<number | undefined>;
  /** Removes the limits of the client from the response, so that it does not reveal that the credential was right. */
  hideClient(response: ServerResponse): void;
  wrongSecrets: WrongSecrets;
}

export interface RateLimits {
  /**
   * Limits the requests of an address. It runs before authentication, so it also counts requests with an invalid token.
   */
  limitAddress: RequestHandler;
  /**
   * Limits the GraphQL requests of an address like `limitAddress`. Those without an access token have another limit,
   * because a long introspection query takes as long as several requests of an administrator. The counter of that limit
   * is always in memory, because these requests use no database.
   * @throws AppError RATE_LIMITED
   */
  limitGraphql(request: IncomingMessage, response: ServerResponse): Promise<void>;
  /**
   * Limits the reports of an address about leaked secrets, with the counter of GraphQL requests without an access
   * token. They are anonymous whatever their headers are.
   */
  limitReports: RequestHandler;
  /**
   * Limits the pages for browsers, and their files, for an address. Its counter is separate and always in memory,
   * because a page uses no database.
   */
  limitPages: RequestHandler;
  /**
   * Limits the requests of a caller, from all addresses and to all APIs together.
   * @param points how many requests this counts as
   * @throws AppError RATE_LIMITED
   */
  limitCaller(response: ServerResponse, caller: Identity, points: number): Promise<void>;
  machines: MachineLimits;
}

/** Creates the limits. @param onCount is called with each decision */
export function createRateLimits(
  settings: RateLimitSettings,
  pool: Pool,
  log: Logger,
  onCount: (policy: RateLimitPolicy, exceeded: boolean) => void,
): RateLimits {
  const counter = createCounters(settings.store, pool, log);
  const counterInMemory = createCounters('memory', pool, log);
  const policy = (
    name: Exclude<RateLimitPolicy, 'wrong_secrets' | BudgetPolicy>,
    limit: number,
    createCounter = counter,
  ) => {
    const count = createCounter(name, limit);
    return createPolicy(name, limit, async (key, points) => {
      const usage = await count(key, points);
      onCount(name, usage.exceeded);
      return usage;
    });
  };
  const byCaller = policy('caller', settings.caller);
  const byAddress = policy('oauth_address', settings.oauthAddress);
  const byClient = policy('client', settings.client);
  const revocations = policy('client_revocations', settings.clientRevocations);
  const byNetwork = policy('address', settings.address);
  const anonymous = policy('anonymous', settings.anonymous, counterInMemory);
  return {
    limitAddress: limitNetwork(byNetwork),
    limitGraphql: async (request, response) => {
      const network = [networkOf(request.clientAddress)];
      await requireWithin(byNetwork, response, network);
      if (request.headers.authorization === undefined) await requireWithin(anonymous, response, network);
    },
    limitReports: limitNetwork(anonymous),
    limitPages: limitNetwork(policy('page', settings.address, counterInMemory)),
    limitCaller: (response, { realm, id }, points) => requireWithin(byCaller, response, [realm, id], points),
    machines: {
      address: (response, address) => byAddress(response, [networkOf(address)]),
      client: (response, clientId) => byClient(response, [clientId]),
      revocations: (response, clientId) => revocations(response, [clientId]),
      hideClient: (response) => hidePolicies(response, ['client', 'client_revocations']),
      wrongSecrets: limitWrongSecrets(
        settings.wrongSecrets,
        (name) => counter(name, settings.wrongSecrets),
        (exceeded) => onCount('wrong_secrets', exceeded),
      ),
    },
  };
}

const limitNetwork =
  (policy: Policy): RequestHandler =>
  async (request, response, next) => {
    await requireWithin(policy, response, [networkOf(request.clientAddress)]);
    next();
  };

/** Counts a request. @throws AppError RATE_LIMITED */
async function requireWithin(
  policy: Policy,
  response: ServerResponse,
  identity: string[],
  points?: number,
): Promise<void> {
  const seconds = await policy(response, identity, points);
  if (seconds !== undefined) throw new AppError('RATE_LIMITED', { headers: { 'retry-after': `${seconds}` } });
}
