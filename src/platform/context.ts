import type { EntityManager } from '@mikro-orm/postgresql';
import DataLoader from 'dataloader';
import type { Request, Response } from 'express';
import type { Authenticate } from './auth/authenticate.js';
import type { Caller } from './auth/caller.js';
import { Lanes } from './database/lanes.js';
import { AppError, invalidField } from './errors.js';
import { isUuid } from './ids.js';

/** What a request says of itself, for the audit trail. */
export interface RequestFacts {
  requestId: string;
  ip: string | null;
  userAgent: string | null;
}

/** Fetches something for many keys, in their order, in the caller's turn. */
export type Fetch<Key, Value> = (keys: readonly Key[], context: Context) => Promise<Value[]>;

/** What resolvers know of the request that they serve. */
export interface Context extends RequestFacts {
  /** Null for an anonymous request. A token that is not valid never gets this far. */
  caller: Caller | null;
  /** What the request is counted as. */
  tally: Request['tally'];
  /** The `x-tenantid` header as it came. */
  tenantHeader: string | undefined;
  /** The `idempotency-key` header as it came, for the one field of the request that it is about. */
  takeIdempotencyKey(): string | undefined;
  /** Works with the database once it is the caller's turn: nobody has all of the connections. */
  inTurn<T>(work: () => Promise<T>): Promise<T>;
  /** The same with a unit of work of its own: what failed in an earlier field of the request is not in it. */
  query<T>(run: (em: EntityManager) => Promise<T>): Promise<T>;
  /** Fetches what the items of a list ask for one by one: all of it at once. */
  load<Key, Value>(fetch: Fetch<Key, Value>, key: Key): Promise<Value>;
  /** Sets a header of the answer, through whichever door that goes out. */
  setHeader(name: string, value: string): void;
}

/**
 * Makes the context of a request.
 * @param admit told of each caller, before anything is executed for it; what it throws refuses the request
 * @throws AppError UNAUTHENTICATED when the request has a token that is not valid
 */
export function createContextFactory(
  authenticate: Authenticate,
  admit: (request: Request, caller: Caller) => Promise<void>,
  em: EntityManager,
) {
  const lanes = new Lanes();
  return async (request: Request): Promise<Context> => {
    const caller = await authenticate(request.get('authorization'), request.get('realmname'));
    if (caller) await admit(request, caller);
    return new RequestContext(em, lanes, request, caller);
  };
}

class RequestContext implements Context {
  readonly tenantHeader: string | undefined;
  readonly tally: Request['tally'];
  readonly requestId: string;
  readonly ip: string | null;
  readonly userAgent: string | null;
  private readonly response: Response | undefined;
  private readonly idempotencyKey: string | undefined;
  private idempotencyKeyTaken = false;
  private readonly loaders = new Map<unknown, unknown>();

  constructor(
    private readonly root: EntityManager,
    private readonly lanes: Lanes,
    request: Request,
    readonly caller: Caller | null,
  ) {
    this.tenantHeader = request.get('x-tenantid');
    this.idempotencyKey = request.get('idempotency-key');
    this.tally = request.tally;
    this.requestId = request.requestId;
    this.ip = request.ip?.slice(0, 64) ?? null;
    this.userAgent = request.get('user-agent')?.slice(0, 255) ?? null;
    this.response = request.res;
  }

  inTurn<T>(work: () => Promise<T>): Promise<T> {
    return this.lanes.run(callerKey(this), work);
  }

  query<T>(run: (em: EntityManager) => Promise<T>): Promise<T> {
    return this.inTurn(() => run(this.root.fork()));
  }

  load<Key, Value>(fetch: Fetch<Key, Value>, key: Key): Promise<Value> {
    const loader = (this.loaders.get(fetch) ?? this.createLoader(fetch)) as DataLoader<Key, Value>;
    this.loaders.set(fetch, loader);
    return loader.load(key);
  }

  /** Nothing is kept: the next mutation of the request may change it. */
  private createLoader<Key, Value>(fetch: Fetch<Key, Value>): DataLoader<Key, Value> {
    return new DataLoader((keys) => this.inTurn(() => fetch(keys, this)), { cache: false });
  }

  takeIdempotencyKey(): string | undefined {
    if (this.idempotencyKey !== undefined && this.idempotencyKeyTaken) {
      throw invalidField('idempotency-key', 'is for one field of a request: give each an idempotencyKey');
    }
    this.idempotencyKeyTaken = true;
    return this.idempotencyKey;
  }

  setHeader(name: string, value: string): void {
    this.response?.set(name, value);
  }
}

/** The caller behind a shield rule. @throws AppError UNAUTHENTICATED */
export function callerOf({ caller }: Context): Caller {
  if (!caller) throw new AppError('UNAUTHENTICATED');
  return caller;
}

/** The same for each caller, and another one for each other. */
export const callerKey = ({ caller }: Pick<Context, 'caller'>): string =>
  JSON.stringify([caller?.realm, caller?.id]);

/** The tenant of a tenant-scoped field, in lower case. @throws AppError BAD_USER_INPUT */
export function tenantIdOf({ tenantHeader }: Context): string {
  if (tenantHeader === undefined) throw invalidField('x-tenantid', 'the header is required');
  if (!isUuid(tenantHeader)) throw invalidField('x-tenantid', 'must be a UUID');
  return tenantHeader.toLowerCase();
}
