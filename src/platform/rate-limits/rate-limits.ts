import { createHash } from 'node:crypto';
import type { Request, RequestHandler, Response } from 'express';
import type { Pool } from 'pg';
import type { Logger } from 'pino';
import type { Caller } from '../auth/caller.js';
import { AppError } from '../errors.js';
import { type Count, countInDatabase, countInMemory, window } from './count.js';
import { networkOf } from './network.js';

export interface RateLimitSettings {
  /** Requests in a window for each caller. 0 is no limit. */
  caller: number;
  /** The same for each address. */
  address: number;
  /** Wrong secrets in a window for each client id, and for each address. */
  wrongSecrets: number;
  /** What counts: this process alone, or the database for all gateways on it. */
  store: 'memory' | 'postgres';
}

export type RateLimitPolicy = 'caller' | 'address' | 'wrong_secrets';

export interface RateLimits {
  /** Stands before authentication, so that bad tokens are bounded too. */
  limitAddress: RequestHandler;
  /** A caller has one limit for all doors and all of its addresses. @throws AppError RATE_LIMITED */
  limitCaller(request: Request, caller: Caller): Promise<void>;
  /**
   * Counts a wrong secret. A right one is not counted, and passes however many wrong ones there were: otherwise whoever
   * knows a client id could lock its workload out.
   * @returns whole seconds until the window is over, when there were too many in it
   */
  countWrongSecret(clientId: string, address: string): Promise<number | undefined>;
}

/** @param onCount told of each decision */
export function createRateLimits(
  settings: RateLimitSettings,
  pool: Pool,
  log: Logger,
  onCount: (policy: RateLimitPolicy, exceeded: boolean) => void,
): RateLimits {
  const inDatabase = settings.store === 'postgres';
  const counter = (name: string, limit: number) =>
    inDatabase ? countInDatabase(name, limit, pool, log) : countInMemory(name, limit);
  const policy = (name: 'caller' | 'address', limit: number) => {
    const count = counter(name, limit);
    return createPolicy(name, limit, async (key) => {
      const standing = await count(key);
      onCount(name, standing.exceeded);
      return standing;
    });
  };
  const byAddress = policy('address', settings.address);
  const byCaller = policy('caller', settings.caller);
  const wrongByClient = counter('wrong_secret_client', settings.wrongSecrets);
  const wrongByAddress = counter('wrong_secret_address', settings.wrongSecrets);
  return {
    limitAddress: async (request, response, next) => {
      await byAddress(response, [networkOf(request.ip ?? '')]);
      next();
    },
    limitCaller: async (request, { realm, id }) => {
      if (request.res) await byCaller(request.res, [realm, id]);
    },
    countWrongSecret: async (clientId, address) => {
      if (settings.wrongSecrets === 0) return undefined;
      const standings = await Promise.all([
        wrongByClient(keyOf([clientId])),
        wrongByAddress(keyOf([networkOf(address)])),
      ]);
      const exceeded = standings.filter((standing) => standing.exceeded);
      onCount('wrong_secrets', exceeded.length > 0);
      return exceeded.length > 0 ? Math.max(...exceeded.map(({ reset }) => reset)) : undefined;
    },
  };
}

/**
 * Counts a request, says in its answer where that leaves its sender, and refuses it if it is too many. The
 * fields are those of draft-ietf-httpapi-ratelimit-headers-10, sections 3 and 4: a list item for each policy.
 */
function createPolicy(name: string, limit: number, count: Count) {
  return async (response: Response, identity: string[]): Promise<void> => {
    if (limit === 0) return;
    const { exceeded, remaining, reset } = await count(keyOf(identity));
    addToList(response, 'ratelimit-policy', `"${name}";q=${limit};w=${window}`);
    addToList(response, 'ratelimit', `"${name}";r=${remaining};t=${reset}`);
    if (exceeded) throw new AppError('RATE_LIMITED', { headers: { 'retry-after': `${reset}` } });
  };
}

/** In one line (RFC 9651, section 3.1): many clients read the first only. */
const addToList = (response: Response, name: string, item: string) =>
  response.set(name, [response.get(name), item].filter(Boolean).join(', '));

/** As short as any other, whatever a token has for a subject; and nobody's name stands in the table. */
const keyOf = (identity: string[]) =>
  createHash('sha256').update(JSON.stringify(identity)).digest('base64url');
