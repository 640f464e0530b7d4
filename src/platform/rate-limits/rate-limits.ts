import { createHash } from 'node:crypto';
import type { Request, RequestHandler, Response } from 'express';
import type { Pool } from 'pg';
import type { Logger } from 'pino';
import type { Identity } from '../auth/caller.js';
import { AppError } from '../errors.js';
import { type Count, countInDatabase, countInMemory, windowSeconds } from './count.js';
import { networkOf } from './network.js';

export interface RateLimitSettings {
  /** The number of requests that a caller may send in a window. 0 means no limit. */
  caller: number;
  /** The number of requests that an address may send in a window. 0 means no limit. */
  address: number;
  /** The number of wrong secrets in a window, for a client ID and for an address. 0 means no limit. */
  wrongSecrets: number;
  /**
   * With `memory`, each gateway counts its own requests. With `postgres`, the database counts the requests of all its
   * gateways.
   */
  store: 'memory' | 'postgres';
}

/** The names of the limits in the ratelimit headers and in the metrics. */
export type RateLimitPolicy = 'caller' | 'address' | 'wrong_secrets';

export interface RateLimits {
  /**
   * Limits the requests of an address. It runs before authentication, so it also counts requests with an invalid token.
   */
  limitAddress: RequestHandler;
  /**
   * Limits the requests of a caller, from all addresses and to all APIs together.
   * @param points how many requests this counts as
   * @throws AppError RATE_LIMITED
   */
  limitCaller(request: Request, caller: Identity, points: number): Promise<void>;
  /**
   * Counts a wrong secret. The correct secret is not counted and is always accepted. Otherwise, anyone who knows a
   * client ID could lock out its machine.
   * @returns whole seconds until the window ends if it has too many wrong secrets, otherwise undefined
   */
  countWrongSecret(clientId: string, address: string | null): Promise<number | undefined>;
}

/** Creates the limits. @param onCount is called with each decision */
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
    return createPolicy(name, limit, async (key, points) => {
      const usage = await count(key, points);
      onCount(name, usage.exceeded);
      return usage;
    });
  };
  const byAddress = policy('address', settings.address);
  const byCaller = policy('caller', settings.caller);
  const wrongByClient = counter('wrong_secret_client', settings.wrongSecrets);
  const wrongByAddress = counter('wrong_secret_address', settings.wrongSecrets);
  return {
    limitAddress: async (request, response, next) => {
      await byAddress(response, [networkOf(request.clientAddress)]);
      next();
    },
    limitCaller: async (request, { realm, id }, points) => {
      if (request.res) await byCaller(request.res, [realm, id], points);
    },
    countWrongSecret: async (clientId, address) => {
      if (settings.wrongSecrets === 0) return undefined;
      const usages = await Promise.all([
        wrongByClient(keyOf([clientId])),
        wrongByAddress(keyOf([networkOf(address)])),
      ]);
      const exceeded = usages.filter((usage) => usage.exceeded);
      onCount('wrong_secrets', exceeded.length > 0);
      return exceeded.length > 0 ? Math.max(...exceeded.map(({ reset }) => reset)) : undefined;
    },
  };
}

/**
 * Creates a policy that counts a request and adds the rest of the limit to the response headers. It rejects a request
 * that exceeds the limit. The headers follow draft-ietf-httpapi-ratelimit-headers-10, sections 3 and 4, with one list
 * item for each policy.
 */
function createPolicy(name: string, limit: number, count: Count) {
  return async (response: Response, identity: string[], points?: number): Promise<void> => {
    if (limit === 0) return;
    const { exceeded, remaining, reset } = await count(keyOf(identity), points);
    setInList(response, 'ratelimit-policy', name, `q=${limit};w=${windowSeconds}`);
    setInList(response, 'ratelimit', name, `r=${remaining};t=${reset}`);
    if (exceeded) throw new AppError('RATE_LIMITED', { headers: { 'retry-after': `${reset}` } });
  };
}

/**
 * Adds an item to a list header, or replaces the item of the same policy if the request was already counted. The list is
 * in one line (RFC 9651, section 3.1), because many clients read only the first line.
 */
function setInList(response: Response, header: string, name: string, parameters: string): void {
  const items = response.get(header)?.split(', ') ?? [];
  const others = items.filter((item) => !item.startsWith(`"${name}";`));
  response.set(header, [...others, `"${name}";${parameters}`].join(', '));
}

/** Hashes an identity. This keeps keys short whatever the subject of a token is, and avoids storing names. */
const keyOf = (identity: string[]) =>
  createHash('sha256').update(JSON.stringify(identity)).digest('base64url');
