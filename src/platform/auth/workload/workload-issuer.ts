import { z } from 'zod';
import { trustedIssuer } from '../keys/trusted-issuer.js';

/** The longest time since a token's `iat` for which an issuer's tokens can be accepted, in seconds. */
export const longestTokenAge = 86_400;

const tokenAge = `must be a whole number of seconds from 60 to ${longestTokenAge}`;

/** The rules for an issuer of tokens of workloads, such as the jobs of GitHub Actions or the pods of a cluster. */
export const workloadIssuer = z.strictObject({
  ...trustedIssuer,
  // A template for all directories of Microsoft Entra ID would also accept the directories of strangers.
  issuer: trustedIssuer.issuer.refine(
    (issuer) => !/[{}]/.test(issuer),
    'must not contain braces; add a separate issuer for each directory of the identity provider',
  ),
  /** The longest time since a token's `iat` for which it is accepted, in seconds. */
  maxTokenAge: z.int(tokenAge).min(60, tokenAge).max(longestTokenAge, tokenAge).default(3600),
  /** Whether each token can be used only once. */
  singleUse: z.boolean('must be true or false').default(false),
});

export type WorkloadIssuer = z.output<typeof workloadIssuer>;

/** The keys of an issuer whose values are valid. */
export type GivenIssuer = Partial<WorkloadIssuer>;
