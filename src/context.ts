import type { EntityManager } from '@mikro-orm/postgresql';
import type { Request, Response } from 'express';
import type { Authenticate } from './auth/authenticate.js';
import type { Caller } from './auth/caller.js';
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
  /** The request's own unit of work. */
  em: EntityManager;
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
  return async (request: Request): Promise<Context> => {
    const caller = await authenticate(request.get('authorization'), request.get('realmname'));
    if (caller) await admit(request, caller);
    return new RequestContext(em, request, caller);
  };
}

/**
 * `em` is forked when it is first asked for: creating an account needs none. It is a getter of a class, since
 * Apollo copies the context's own properties, and would call one of the object itself for each request.
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

  get em(): EntityManager {
    this.fork ??= this.root.fork();
    return this.fork;
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
