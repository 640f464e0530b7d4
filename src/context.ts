import type { EntityManager } from '@mikro-orm/postgresql';
import type { Request, Response } from 'express';
import type { Authenticate } from './auth/authenticate.js';
import type { Caller } from './auth/caller.js';
import { Lanes } from './database/lanes.js';
import { AppError, invalidField } from './errors.js';
import { isUuid } from './uuid.js';

/** What a request says of itself, for the audit trail. */
export interface RequestFacts {
  requestId: string;
  ip: string | null;
  userAgent: string | null;
}

/** What resolvers know of the request that they serve. */
export interface Context extends RequestFacts {
  /** Null for an anonymous request. A token that is not valid never gets this far. */
  caller: Caller | null;
  /** The `x-tenantid` header as it came. */
  tenantHeader: string | undefined;
  /** The `idempotency-key` header as it came, for the one field of the request that it is about. */
  takeIdempotencyKey(): string | undefined;
  /** Works with the request's own unit of work, once it is the caller's turn: nobody has all of the connections. */
  query<T>(run: (em: EntityManager) => Promise<T>): Promise<T>;
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

/**
 * The unit of work is forked when it is first asked for: creating an account needs none.
 */
class RequestContext implements Context {
  readonly tenantHeader: string | undefined;
  readonly requestId: string;
  readonly ip: string | null;
  readonly userAgent: string | null;
  private readonly response: Response | undefined;
  private readonly idempotencyKey: string | undefined;
  private idempotencyKeyTaken = false;
  private fork: EntityManager | undefined;

  constructor(
    private readonly root: EntityManager,
    private readonly lanes: Lanes,
    request: Request,
    readonly caller: Caller | null,
  ) {
    this.tenantHeader = request.get('x-tenantid');
    this.idempotencyKey = request.get('idempotency-key');
    this.requestId = request.requestId;
    this.ip = request.ip ?? null;
    this.userAgent = request.get('user-agent')?.slice(0, 255) ?? null;
    this.response = request.res;
  }

  query<T>(run: (em: EntityManager) => Promise<T>): Promise<T> {
    this.fork ??= this.root.fork();
    const em = this.fork;
    return this.lanes.run(JSON.stringify([this.caller?.realm, this.caller?.id]), () => run(em));
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

/** The tenant of a tenant-scoped field, in lower case. @throws AppError BAD_USER_INPUT */
export function tenantIdOf({ tenantHeader }: Context): string {
  if (tenantHeader === undefined) throw invalidField('x-tenantid', 'the header is required');
  if (!isUuid(tenantHeader)) throw invalidField('x-tenantid', 'must be a UUID');
  return tenantHeader.toLowerCase();
}
