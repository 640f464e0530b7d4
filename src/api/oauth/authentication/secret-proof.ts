import { hash, randomBytes } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import type { FindSecret } from '../../../features/service-accounts/sign-in/find-secret.js';
import { atMost } from '../../../platform/cache-size.js';
import type { Proof } from './proof.js';

/** The maximum number of secrets that are remembered. They take about 15 MB. */
const maxSecrets = 100_000;
/** The number of milliseconds for which a secret is remembered after its last success. */
const lifetime = 24 * 60 * 60 * 1000;

/** Creates the proof of a client that presents its secret. */
export type ProveBySecret = (clientId: string, secret: string) => Proof;

/**
 * Creates the function that checks secrets. It remembers which secrets have authenticated their client recently, as
 * hashes under a random key. A secret that is remembered is still looked up at each request.
 */
export function createSecretProofs(findSecret: FindSecret): ProveBySecret {
  const known = new LRUCache<string, true>({ ...atMost(maxSecrets), ttl: lifetime });
  const salt = randomBytes(32).toString('hex');

  return (clientId, secret) => {
    // HMAC would take several times as long. It makes a difference only for hashes that others can see.
    const key = hash('sha256', salt + JSON.stringify([clientId, secret]), 'base64url');
    return {
      clientId,
      isKnown: async () => known.has(key),
      check: async () => {
        // The client ID is compared here and not in the database, so an unknown client ID is rejected by the same steps
        // and in the same time as a wrong secret.
        const found = await findSecret(secret);
        const credential = found?.clientId === clientId ? found : undefined;
        if (credential?.rejectedBecause === null) known.set(key, true);
        else known.delete(key);
        return credential ?? 'wrong_secret';
      },
    };
  };
}
