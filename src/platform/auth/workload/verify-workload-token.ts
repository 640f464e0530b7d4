import { hash } from 'node:crypto';
import { errors, type JWTPayload } from 'jose';
import { LRUCache } from 'lru-cache';
import type { Logger } from 'pino';
import { AppError } from '../../errors.js';
import type { IssuerKeys } from '../keys/issuer-keys.js';
import type { KeySet } from '../keys/key-set.js';
import { createKeysOf } from '../keys/keys-of.js';
import { verify } from '../verify.js';
import {
  audiencesOf,
  clockTolerance,
  decode,
  findFault,
  findTimeFault,
  type TokenFault,
} from './read-workload-token.js';
import type { WorkloadIssuer } from './workload-issuer.js';

/** Why a workload's token is rejected, before any trust is looked at. These are reasons in the audit log. */
export const workloadTokenFaults = [
  'invalid_assertion',
  'issuer_not_trusted',
  'issuer_unavailable',
  'wrong_key',
  'assertion_expired',
  'assertion_too_old',
] as const;

/** A verified token of a workload. */
export interface WorkloadToken {
  issuer: WorkloadIssuer;
  subject: string;
  audience: readonly string[];
  claims: JWTPayload;
  /** Seconds since 1970. */
  issuedAt: number;
  /** Seconds since 1970. */
  expiresAt: number;
  /** The hash of what the issuer has signed. It identifies the token, even if others can change its signature. */
  id: string;
}

/** A token that is rejected. The message is for an administrator. Of the token, it contains at most the issuer. */
export class WorkloadTokenFault extends Error {
  constructor(
    readonly reason: (typeof workloadTokenFaults)[number],
    message: string,
    /** The seconds after which the gateway may be able to verify the token. */
    readonly retryAfter?: number,
  ) {
    super(message);
  }
}

export interface WorkloadTokens {
  issuers: readonly WorkloadIssuer[];
  /** Verifies a token of one of the issuers. @throws WorkloadTokenFault */
  verify(token: string): Promise<WorkloadToken>;
  /** Reads the keys of all issuers, so that the log names each one that is unreachable. It never rejects. */
  readKeys(): Promise<void>;
}

/** A verified token, and the keys that verified it. It is valid until the keys change. */
interface Verification {
  token: WorkloadToken;
  keys: KeySet;
}

const cacheLifetime = 5 * 60 * 1000;
/**
 * The total length of the cached tokens. Some issuers sign tokens for everyone, who could fill the memory with them.
 */
const cacheSize = 20_000_000;

/**
 * Creates the function that verifies the tokens of outside issuers. Workloads send the same token many times, so
 * verified tokens are cached, for at most five minutes and never after a change of the keys.
 */
export function createWorkloadTokens(
  issuers: readonly WorkloadIssuer[],
  production: boolean,
  log: Logger,
): WorkloadTokens {
  const keysOf = new Map<WorkloadIssuer, IssuerKeys>(
    issuers.map((issuer) => [issuer, createKeysOf('workloadIssuer', issuer, production, log)]),
  );
  const verified = new LRUCache<string, Verification>({
    max: 10_000,
    maxSize: cacheSize,
    ttl: cacheLifetime,
  });

  async function verifySignature(
    text: string,
    issuer: WorkloadIssuer,
    claims: JWTPayload,
  ): Promise<Verification> {
    const { keys } = await verify(text, keysOf.get(issuer) as IssuerKeys, {
      issuer: issuer.issuer,
      algorithms: issuer.algorithms,
      clockTolerance,
    });
    const { sub, aud, iat, exp } = claims as Required<JWTPayload>;
    const id = hash('sha256', text.slice(0, text.lastIndexOf('.')), 'base64url');
    const token = {
      issuer,
      subject: sub,
      audience: audiencesOf(aud),
      claims,
      issuedAt: iat,
      expiresAt: Math.floor(exp),
      id,
    };
    return { token, keys };
  }

  async function verifyNew(text: string, key: string): Promise<WorkloadToken> {
    const unverified = decode(text);
    if (!unverified) throw new WorkloadTokenFault('invalid_assertion', notJwt);
    const { claims } = unverified;
    const issuer = issuers.find((one) => one.issuer === claims.iss);
    if (!issuer) throw new WorkloadTokenFault('issuer_not_trusted', unknownIssuer(claims.iss));
    rejectFor(findFault(unverified, issuer));
    const verification = await explained(verifySignature(text, issuer, claims), issuer);
    // Reading the keys may have taken seconds.
    rejectFor(findTimeFault(claims, issuer));
    verified.set(key, verification, { size: text.length });
    return verification.token;
  }

  return {
    issuers,
    verify: async (text) => {
      const key = hash('sha256', text, 'base64url');
      const known = verified.get(key);
      if (!known) return verifyNew(text, key);
      const { issuer, claims } = known.token;
      rejectFor(findTimeFault(claims, issuer));
      // After a change of the keys, the key of the token may have been withdrawn, so the token is verified again.
      const keys = await explained((keysOf.get(issuer) as IssuerKeys).current(), issuer);
      return keys === known.keys ? known.token : verifyNew(text, key);
    },
    readKeys: async () => {
      await Promise.allSettled([...keysOf.values()].map((keys) => keys.current()));
    },
  };
}

function rejectFor(fault: TokenFault | undefined): void {
  if (fault) throw new WorkloadTokenFault(fault.reason, fault.message);
}

/** Converts the errors of a verification. The unknown key of a token and a wrong signature are one fault. */
async function explained<Result>(verification: Promise<Result>, { name }: WorkloadIssuer): Promise<Result> {
  try {
    return await verification;
  } catch (error) {
    if (error instanceof AppError && error.code === 'SERVICE_UNAVAILABLE')
      throw new WorkloadTokenFault(
        'issuer_unavailable',
        `The gateway has no keys of the issuer ${name}, because it cannot read them; its log says why`,
        Number(error.headers['retry-after']),
      );
    if (error instanceof errors.JOSEError)
      throw new WorkloadTokenFault(
        'wrong_key',
        `No key that the issuer ${name} publishes has signed the token`,
      );
    throw error;
  }
}

const notJwt = 'The token must be a signed JWT in the compact serialization';

/** Tells the issuer of a token, which may be any value, in the characters of an error description (RFC 6749, 5.2). */
function unknownIssuer(iss: unknown): string {
  if (typeof iss !== 'string') return 'The claim iss must be the issuer of the token';
  const shown = iss.slice(0, 255).replace(/[^\x20\x21\x23-\x5b\x5d-\x7e]/g, '?');
  return `The issuer of the token, ${shown}, is not in WORKLOAD_ISSUERS_FILE, where it must have exactly this spelling`;
}
