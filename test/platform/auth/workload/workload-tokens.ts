import pino from 'pino';
import {
  createWorkloadTokens,
  type WorkloadToken,
  WorkloadTokenFault,
  type WorkloadTokens,
} from '../../../../src/platform/auth/workload/verify-workload-token.js';
import {
  type WorkloadIssuer,
  workloadIssuer,
} from '../../../../src/platform/auth/workload/workload-issuer.js';
import type { Issuer } from '../../../harness/issuer.js';

export interface TestedTokens extends WorkloadTokens {
  /** The lines of the log. */
  log: Record<string, unknown>[];
}

/** Creates the verification of tokens with issuers as the operator writes them in the file. */
export function tokensOf(issuers: object[], production = false): TestedTokens {
  const log: Record<string, unknown>[] = [];
  const logger = pino({ level: 'trace' }, { write: (line: string) => log.push(JSON.parse(line)) });
  const parsed = issuers.map((one): WorkloadIssuer => workloadIssuer.parse(one));
  return { ...createWorkloadTokens(parsed, production, logger), log };
}

/** Returns an issuer as in the file, with its keys in it. */
export const withKeys = ({ issuer, jwks }: Issuer, changes: object = {}): object => ({
  name: 'ci',
  issuer,
  jwks,
  ...changes,
});

/** Verifies a token, and returns it or the fault. Every other error is an error of the test. */
export async function outcome(
  tokens: WorkloadTokens,
  token: string,
): Promise<WorkloadToken | WorkloadTokenFault> {
  try {
    return await tokens.verify(token);
  } catch (error) {
    if (error instanceof WorkloadTokenFault) return error;
    throw error;
  }
}

/** Returns the reason of a rejection, or `accepted`. */
export async function reasonFor(tokens: WorkloadTokens, token: string): Promise<string> {
  const result = await outcome(tokens, token);
  return result instanceof WorkloadTokenFault ? result.reason : 'accepted';
}

export const now = (): number => Math.floor(Date.now() / 1000);
