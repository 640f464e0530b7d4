import { hash, randomBytes } from 'node:crypto';
import { LRUCache } from 'lru-cache';

/** A client ID and a client secret, as a request presents them. */
export interface PresentedCredentials {
  clientId: string;
  secret: string;
}

/** The maximum number of secrets. They take about 15 MB. */
const maxSecrets = 100_000;
/** The number of milliseconds for which a secret is known after its last success. */
const lifetime = 24 * 60 * 60 * 1000;

/**
 * Remembers which secrets have authenticated their client recently. A known secret is still looked up in the database
 * at each request; being known only decides which limits apply before that. The memory contains hashes under a random
 * key, never a secret.
 */
export class KnownSecrets {
  private readonly key = randomBytes(32).toString('hex');
  private readonly known = new LRUCache<string, true>({ max: maxSecrets, ttl: lifetime });

  /**
   * Returns the key under which a secret is remembered. HMAC would take several times as long. It makes a difference
   * only for hashes that others can see.
   */
  keyOf(clientId: string, secret: string): string {
    return hash('sha256', this.key + JSON.stringify([clientId, secret]), 'base64url');
  }

  has(key: string): boolean {
    return this.known.has(key);
  }

  /** Notes a success. */
  add(key: string): void {
    this.known.set(key, true);
  }

  /** Forgets a secret that is no longer accepted, so that its requests no longer count for the client. */
  delete(key: string): void {
    this.known.delete(key);
  }
}
