import type { IncomingMessage } from 'node:http';
import type { Pool } from 'pg';
import type { Logger } from 'pino';
import type { Config } from '../../config/config.js';
import { createCredentialFinder } from '../../features/service-accounts/sign-in/find-credential.js';
import { Refusals } from '../../features/service-accounts/sign-in/refusals.js';
import { Usage } from '../../features/service-accounts/sign-in/usage.js';
import type { RateLimits } from '../../platform/rate-limits/rate-limits.js';
import type { Metrics } from '../ops/metrics/metrics.js';
import { openSigningKeys } from './keys/signing-keys.js';
import { loadOAuthServer, type OAuthServer } from './oauth-server.js';

interface Parts {
  config: Config;
  pool: Pool;
  limits: RateLimits;
  metrics: Metrics;
  addressOf: (request: IncomingMessage) => string | undefined;
  log: Logger;
}

/** All that it takes to let machines sign in. */
export interface Machines {
  /** The OAuth 2.0 server, whose tokens name the URL of the gateway. */
  createOAuth(url: string): OAuthServer;
  /** Whether this gateway has a key for tokens now. */
  canSign(): boolean;
  /** Writes what is noted of their sign-ins. */
  close(): Promise<void>;
}

/** @throws StartError when the signing keys cannot be opened */
export async function createMachines(parts: Parts): Promise<Machines> {
  const { config, pool, limits, metrics, addressOf, log } = parts;
  const createOAuth = await loadOAuthServer(log);
  const keys = await openSigningKeys({ pool, log, ...config, ...config.tokens });
  const findCredential = createCredentialFinder(pool, config.peppers);
  const usage = new Usage(pool, log);
  const refusals = new Refusals(pool, log);

  return {
    createOAuth: (url) =>
      createOAuth(url, {
        pool,
        keys,
        ...config,
        ...config.tokens,
        findCredential,
        countWrongSecret: limits.countWrongSecret,
        onIssued: (credential) => {
          usage.signedIn(credential);
          metrics.tokenIssued();
        },
        onRefusal: (refusal) => refusals.refused(refusal),
        onOutcome: ({ endpoint = 'none', code, reason, seconds }) => {
          metrics.request('oauth', endpoint, code, seconds);
          if (endpoint === 'token' && code !== 'OK') metrics.tokenRefused(reason ?? code);
        },
        addressOf,
        log,
      }),
    canSign: keys.canSign,
    close: async () => {
      keys.close();
      await Promise.all([usage.close(), refusals.close()]);
    },
  };
}
