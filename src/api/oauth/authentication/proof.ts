import type { Credential } from '../../../features/service-accounts/sign-in/credential.js';
import type { RefusalReason } from '../../../features/service-accounts/sign-in/refusals.js';
import type { OAuthError } from '../oauth-error.js';

/** The endpoints that take a form from a client. */
export type EndpointName = 'token' | 'introspect' | 'revoke';

/** What a client presents to prove its identity. */
export interface Proof {
  /** The client that presents it, or says so. */
  clientId: string;
  /**
   * Returns whether the client itself presents it, as far as this gateway knows without the database. It decides only
   * which limits apply before the check.
   */
  isKnown(): Promise<boolean>;
  /** Checks it in the database. @returns the credential, accepted or not, or the reason why there is none */
  check(): Promise<Credential | RefusalReason>;
  /**
   * Creates the error if the proof is not accepted. It must not tell the reason. Defaults to that of a client that did
   * not authenticate.
   */
  rejection?: (extras: OAuthError['extras']) => OAuthError;
}
