import { hash } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import { judgeToken } from '../../../features/service-accounts/sign-in/accept-trust.js';
import type { Credential } from '../../../features/service-accounts/sign-in/credential.js';
import type { FindTrusts } from '../../../features/service-accounts/sign-in/find-trusts.js';
import type { RefusalReason } from '../../../features/service-accounts/sign-in/refusals.js';
import type { UsedWorkloadTokens } from '../../../features/service-accounts/sign-in/use-workload-token.js';
import {
  type WorkloadToken,
  WorkloadTokenFault,
  type WorkloadTokens,
} from '../../../platform/auth/workload/verify-workload-token.js';
import { atMost } from '../../../platform/cache-size.js';
import { OAuthError } from '../oauth-error.js';
import type { Proof } from './proof.js';

/** The maximum number of tokens that are remembered. They take about 15 MB. */
const maxTokens = 100_000;
/** The number of milliseconds for which a token is remembered after its last success. */
const lifetime = 60 * 60 * 1000;

const notAccepted =
  'the service account does not accept this token; an administrator finds the reason in its audit log, or by testing the token with testServiceAccountTrust';

/** What a workload presents. */
interface Presented {
  clientId: string;
  /** The token that an outside issuer has signed for the workload. */
  token: string;
  /** The parameter that contains the token, for the errors. */
  parameter: 'client_assertion' | 'subject_token';
  /** Creates the error for a token that is not accepted. */
  reject: (description: string, extras: OAuthError['extras']) => OAuthError;
}

/** Creates the proof of a client that presents the token of a workload. */
export type ProveByTrust = (presented: Presented) => Proof;

/**
 * Creates the function that checks the tokens of workloads. It remembers which tokens have authenticated their client
 * recently, by their hashes. A token that is remembered is still verified, and the trusts are read at each request. A
 * token for a single use is not remembered: whoever sends it again must not use up the limit of the client.
 */
export function createTrustProofs(
  tokens: WorkloadTokens,
  findTrusts: FindTrusts,
  used: UsedWorkloadTokens,
): ProveByTrust {
  const known = new LRUCache<string, true>({ ...atMost(maxTokens), ttl: lifetime });

  async function check(clientId: string, token: WorkloadToken): Promise<Credential | RefusalReason> {
    const account = await findTrusts({ clientId, issuer: token.issuer.issuer });
    const { result } = judgeToken(account, token);
    if (typeof result === 'string' || result.rejectedBecause !== null || !token.issuer.singleUse)
      return result;
    return (await used.use(token)) ? result : { ...result, rejectedBecause: 'assertion_replayed' };
  }

  return ({ clientId, token, parameter, reject }) => {
    const key = hash('sha256', JSON.stringify([clientId, token]), 'base64url');
    return {
      clientId,
      rejection: (extras) => reject(notAccepted, extras),
      isKnown: async () => known.has(key),
      check: async () => {
        try {
          const verified = await tokens.verify(token);
          const result = await check(clientId, verified);
          const accepted = typeof result !== 'string' && result.rejectedBecause === null;
          if (accepted && !verified.issuer.singleUse) known.set(key, true);
          else known.delete(key);
          return result;
        } catch (error) {
          known.delete(key);
          if (!(error instanceof WorkloadTokenFault)) throw error;
          // A wrong signature counts as a wrong credential. The other faults are in what the client itself can read.
          if (error.reason === 'wrong_key') return error.reason;
          throw toOAuthError(error, clientId, parameter, reject);
        }
      },
    };
  };
}

/** Creates the error for a token with a fault that needs no trust. */
function toOAuthError(
  { reason, message, retryAfter }: WorkloadTokenFault,
  clientId: string,
  parameter: Presented['parameter'],
  reject: Presented['reject'],
): OAuthError {
  const description = `${parameter}: ${message.replace(/["\\]/g, "'")}`;
  const extras = { clientId, reason };
  if (reason !== 'issuer_unavailable') return reject(description, extras);
  const headers = { 'retry-after': `${retryAfter ?? 5}` };
  return new OAuthError(503, 'temporarily_unavailable', description, { ...extras, headers });
}
