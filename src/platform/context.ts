import type { IncomingMessage, ServerResponse } from 'node:http';
import type { EntityManager } from '@mikro-orm/postgresql';
import DataLoader from 'dataloader';
import type { Authentication } from './auth/authenticate.js';
import type { Caller, Identity } from './auth/caller.js';
import type { TokenContent } from './auth/claims/token-content.js';
import type { ResolveCaller } from './auth/resolve-caller.js';
import { KeyedLimiter } from './database/keyed-limiter.js';
import { AppError, invalidField } from './errors.js';
import type { RequestMetrics } from './http/extended-request.js';
import { describeRequest, type RequestInfo } from './http/request-info.js';
import { isUuid } from './ids.js';
import type { TenantBudgets } from './rate-limits/tenant-budgets.js';

/** Fetches the values for many keys. The values have the same order as the keys. */
export type Fetch<Key, Value> = (keys: readonly Key[], context: Context) => Promise<Value[]>;

/** The context of a GraphQL operation, which every resolver receives. */
export interface Context extends RequestInfo {
  /** Null for an anonymous request. A request with an invalid token has no context. */
  caller: Caller | null;
  /** Records the outcome of the request and of its root fields. */
  metrics: RequestMetrics;
  /** The value of the `x-tenantid` header, not validated. */
  tenantHeader: string | undefined;
  /**
   * Returns the value of the `idempotency-key` header, not validated. Only one field of a request can use it.
   * @throws AppError BAD_USER_INPUT if a second field uses the header
   */
  takeIdempotencyKey(): string | undefined;
  /**
   * Counts the request as further requests of its caller. A context that exists is already counted as one.
   * @throws AppError RATE_LIMITED
   */
  admitFurther(requests: number): Promise<void>;
  /** The budgets of changes, from which every operation that writes to the audit log takes. */
  budgets: TenantBudgets;
  /** Runs work with the database when it is the caller's turn, so that no caller occupies the whole pool. */
  inTurn<T>(work: () => Promise<T>): Promise<T>;
  /**
   * Runs work in the caller's turn with a new unit of work, which contains no entities of an earlier field that failed.
   */
  query<T>(run: (em: EntityManager) => Promise<T>): Promise<T>;
  /** Fetches the value of a key in one batch with the keys of the other items of a list (DataLoader). */
  load<Key, Value>(fetch: Fetch<Key, Value>, key: Key): Promise<Value>;
  /**
   * Authenticates the request again, and returns its new context. A response that takes long calls this before it reads
   * more, because its token can expire or become invalid until then. It does not count for the rate limits.
   * @throws AppError UNAUTHENTICATED, SERVICE_UNAVAILABLE
   */
  renewed(): Promise<Context>;
  /** Sets a header of the response. */
  setHeader(name: string, value: string): void;
}

/** Counts a request as a number of requests of its caller. It throws an error to reject the request. */
type Admit = (response: ServerResponse, caller: Identity, requests: number) => Promise<void>;

export type CreateContext = (request: IncomingMessage, response: ServerResponse) => Promise<Context>;

/**
 * Creates the function that creates the context of a request. That function throws an AppError UNAUTHENTICATED if the
 * request has an invalid token.
 * @param admit is called with each caller before the request is executed
 */
export function createContextFactory(
  { authenticate }: Authentication,
  admit: Admit,
  resolveCaller: ResolveCaller,
  budgets: TenantBudgets,
  em: EntityManager,
): CreateContext {
  const callerLimiter = new KeyedLimiter();
  const authenticated = ({ requestId, headers }: IncomingMessage) =>
    authenticate({ requestId, authorization: headers.authorization, realmName: headers.realmname });
  function contextOf(
    request: IncomingMessage,
    response: ServerResponse,
    content: TokenContent | null,
  ): Context {
    const caller =
      content &&
      resolveCaller(content, request.requestId, (work) =>
        callerLimiter.run(callerKey({ caller: content }), work),
      );
    const admitFurther = async (requests: number) => {
      if (content) await admit(response, content, requests);
    };
    const renew = async () => contextOf(request, response, await authenticated(request));
    return new RequestContext(em, callerLimiter, admitFurther, budgets, request, response, caller, renew);
  }
  return async (request, response) => {
    const content = await authenticated(request);
    if (content) await admit(response, content, 1);
    return contextOf(request, response, content);
  };
}

class RequestContext implements Context {
  readonly tenantHeader: string | undefined;
  readonly metrics: RequestMetrics;
  readonly requestId: string;
  readonly ip: string | null;
  readonly userAgent: string | null;
  private readonly idempotencyKey: string | undefined;
  private idempotencyKeyTaken = false;
  private readonly loaders = new Map<unknown, unknown>();

  constructor(
    private readonly root: EntityManager,
    private readonly callerLimiter: KeyedLimiter,
    readonly admitFurther: (requests: number) => Promise<void>,
    readonly budgets: TenantBudgets,
    request: IncomingMessage,
    private readonly response: ServerResponse,
    readonly caller: Caller | null,
    readonly renewed: () => Promise<Context>,
  ) {
    this.tenantHeader = request.headers['x-tenantid'];
    this.idempotencyKey = request.headers['idempotency-key'];
    this.metrics = request.metrics;
    const { requestId, ip, userAgent } = describeRequest(request);
    this.requestId = requestId;
    this.ip = ip;
    this.userAgent = userAgent;
  }

  inTurn<T>(work: () => Promise<T>): Promise<T> {
    return this.callerLimiter.run(callerKey(this), work);
  }

  query<T>(run: (em: EntityManager) => Promise<T>): Promise<T> {
    return this.inTurn(() => run(this.root.fork()));
  }

  load<Key, Value>(fetch: Fetch<Key, Value>, key: Key): Promise<Value> {
    const loader = (this.loaders.get(fetch) ?? this.createLoader(fetch)) as DataLoader<Key, Value>;
    this.loaders.set(fetch, loader);
    return loader.load(key);
  }

  /** Creates a loader without a cache, because the next mutation of the same request may change a value. */
  private createLoader<Key, Value>(fetch: Fetch<Key, Value>): DataLoader<Key, Value> {
    return new DataLoader((keys) => this.inTurn(() => fetch(keys, this)), { cache: false });
  }

  takeIdempotencyKey(): string | undefined {
    if (this.idempotencyKey !== undefined && this.idempotencyKeyTaken) {
      throw invalidField(
        'idempotency-key',
        'the header works only for a request with one mutation; give each mutation its own idempotencyKey argument',
      );
    }
    this.idempotencyKeyTaken = true;
    return this.idempotencyKey;
  }

  setHeader(name: string, value: string): void {
    this.response.setHeader(name, value);
  }
}

/** Returns the caller. @throws AppError UNAUTHENTICATED if the request is anonymous */
export function callerOf({ caller }: Context): Caller {
  if (!caller) throw new AppError('UNAUTHENTICATED');
  return caller;
}

/** Returns a key that is unique to the caller. */
export const callerKey = ({ caller }: { caller: Identity | null }): string =>
  JSON.stringify([caller?.realm, caller?.id]);

/** Returns the tenant ID of the request in lower case. @throws AppError BAD_USER_INPUT */
export function tenantIdOf({ tenantHeader }: Context): string {
  if (tenantHeader === undefined) throw invalidField('x-tenantid', 'the header is required');
  if (!isUuid(tenantHeader)) throw invalidField('x-tenantid', 'must be a UUID');
  return tenantHeader.toLowerCase();
}
