import type { Pool } from 'pg';
import type { Logger } from 'pino';
import type { ReservedAudiences } from '../../features/audiences/audience.rules.js';
import { createAudienceFinder } from '../../features/audiences/find-audiences.js';
import { createKeyFinder } from '../../features/service-accounts/sign-in/find-keys.js';
import { createSecretFinder } from '../../features/service-accounts/sign-in/find-secret.js';
import { createTrustFinder } from '../../features/service-accounts/sign-in/find-trusts.js';
import { Refusals } from '../../features/service-accounts/sign-in/refusals.js';
import { Usage } from '../../features/service-accounts/sign-in/usage.js';
import { createAssertionUse } from '../../features/service-accounts/sign-in/use-assertion.js';
import { createUsedWorkloadTokens } from '../../features/service-accounts/sign-in/use-workload-token.js';
import { defaultAudience, issuerOf } from '../../platform/auth/access-token-settings.js';
import type { RealmsFile } from '../../platform/auth/realms/realms-file.js';
import type { WorkloadTokens } from '../../platform/auth/workload/verify-workload-token.js';
import type { Pepper } from '../../platform/crypto.js';
import type { RateLimits } from '../../platform/rate-limits/rate-limits.js';
import type { Metrics } from '../ops/metrics/metrics.js';
import { createKeyProofs } from './authentication/key-proof.js';
import { createSecretProofs } from './authentication/secret-proof.js';
import { createTrustProofs } from './authentication/trust-proof.js';
import { openSigningKeys, type SigningKeysOptions } from './keys/signing-keys.js';
import { createOAuthServer, type OAuthServer } from './oauth-server.js';
import { createTargetChoice } from './targets/choose-targets.js';
import { createTokenSigner } from './tokens/token-signer.js';

interface OAuthSettings extends Pick<SigningKeysOptions, 'keyEncryptionKeys'> {
  peppers: readonly Pepper[];
  corsOrigins: string[];
  realms: RealmsFile;
  tokens: Pick<SigningKeysOptions, 'algorithm' | 'keyDays'> & {
    /** The default audience of access tokens. If undefined, it is derived from the URL of the gateway. */
    audience: string | undefined;
    lifetime: number;
  };
}

interface Dependencies {
  pool: Pool;
  workloadTokens: WorkloadTokens;
  limits: RateLimits;
  metrics: Metrics;
  log: Logger;
}

/** The OAuth 2.0 server with its signing keys, and with the records of token requests that are still in memory. */
export interface OpenOAuth extends OAuthServer {
  /** Returns whether this gateway has a key with which it can sign access tokens. */
  canSign(): boolean;
  /** Writes the records that are still in memory to the database. */
  close(): Promise<void>;
}

/** Returns the audiences that the catalog must not contain. @param url the URL of the gateway for its users */
export const reservedAudiences = (
  url: string,
  { tokens, realms }: Pick<OAuthSettings, 'tokens' | 'realms'>,
): ReservedAudiences => ({
  issuer: issuerOf(url),
  defaultAudience: tokens.audience ?? defaultAudience(url),
  ofRealms: realms.realms.flatMap(({ audience }) => audience),
});

/**
 * Opens the signing keys and creates the OAuth 2.0 server.
 * @param url the URL of the gateway for its users, which is part of each access token
 * @throws StartError if the signing keys cannot be opened
 */
export async function openOAuth(
  url: string,
  { tokens, realms, peppers, ...settings }: OAuthSettings,
  { pool, workloadTokens, limits, metrics, log }: Dependencies,
): Promise<OpenOAuth> {
  const keys = await openSigningKeys({ pool, log, ...settings, ...tokens });
  const signer = createTokenSigner(keys, log);
  const usage = new Usage(pool, log);
  const refusals = new Refusals(pool, log);
  const oauth = createOAuthServer(url, {
    pool,
    keys,
    sign: signer.sign,
    ...settings,
    ...tokens,
    chooseTargets: createTargetChoice(reservedAudiences(url, { tokens, realms }), createAudienceFinder(pool)),
    bySecret: createSecretProofs(createSecretFinder(pool, peppers)),
    byKey: createKeyProofs(createKeyFinder(pool), createAssertionUse(pool)),
    byTrust: createTrustProofs(workloadTokens, createTrustFinder(pool), createUsedWorkloadTokens(pool)),
    workloadIssuers: new Set(workloadTokens.issuers.map(({ issuer }) => issuer)),
    limits: limits.machines,
    onAuthenticated: (credential) => usage.authenticated(credential),
    onIssued: (credential) => {
      usage.issued(credential);
      metrics.tokenIssued();
    },
    onRefusal: (refusal) => refusals.refused(refusal),
    onOutcome: (endpoint, { code, reason, seconds }) => {
      metrics.request('oauth', endpoint ?? 'none', code, seconds);
      if (endpoint === 'token' && code !== 'OK') metrics.tokenRefused(reason ?? code);
    },
    log,
  });
  return {
    ...oauth,
    canSign: keys.canSign,
    close: async () => {
      keys.close();
      await Promise.all([signer.close(), usage.close(), refusals.close()]);
    },
  };
}
