import { LRUCache } from 'lru-cache';
import type { Count } from './count.js';
import { networkOf } from './network.js';
import { keyOf } from './policy.js';

/** The minimum number of milliseconds between two unknown secrets of an address above its limit that are looked up. */
const lookUpInterval = 1000;
/** The maximum number of addresses above their limit that are remembered. */
const maxAddresses = 100_000;

export interface WrongSecrets {
  /**
   * Counts a wrong secret. The correct secret is not counted. Otherwise, anyone who knows a client ID could lock out its
   * machine.
   * @returns whole seconds until the window ends if it has too many wrong secrets, otherwise undefined
   */
  count(clientId: string, address: string | null): Promise<number | undefined>;
  /**
   * Decides whether a secret may be looked up that this gateway has not seen succeed. While an address exceeds its
   * limit, one such secret per second is looked up. Otherwise, a client that sends a few wrong secrets in each window
   * would lock out all new secrets behind its address, such as those after a rotation.
   * @returns whole seconds until the window ends if the secret must be rejected, otherwise undefined
   */
  refuseUnknown(address: string | null): number | undefined;
}

/**
 * Creates the limit on wrong secrets.
 * @param limit the number in a window, for a client ID and for an address; 0 means no limit
 * @param counter creates a counter with this limit
 * @param onCount is called with each decision
 */
export function limitWrongSecrets(
  limit: number,
  counter: (name: string) => Count,
  onCount: (exceeded: boolean) => void,
): WrongSecrets {
  const byClient = counter('wrong_secret_client');
  const byAddress = counter('wrong_secret_address');
  /** The times in milliseconds at which the next unknown secret of an address is looked up, until its window ends. */
  const overLimit = new LRUCache<string, { nextAt: number }>({ max: maxAddresses });
  return {
    count: async (clientId, address) => {
      if (limit === 0) return undefined;
      const network = networkOf(address);
      const [client, here] = await Promise.all([byClient(keyOf([clientId])), byAddress(keyOf([network]))]);
      if (here.exceeded && !overLimit.has(network)) {
        const nextAt = performance.now() + lookUpInterval;
        overLimit.set(network, { nextAt }, { ttl: here.reset * 1000 });
      }
      const resets = [client, here].filter(({ exceeded }) => exceeded).map(({ reset }) => reset);
      onCount(resets.length > 0);
      return resets.length > 0 ? Math.max(...resets) : undefined;
    },
    refuseUnknown: (address) => {
      // Nearly always, no address exceeds its limit.
      if (overLimit.size === 0) return undefined;
      const network = networkOf(address);
      const entry = overLimit.get(network);
      if (!entry) return undefined;
      const now = performance.now();
      if (now >= entry.nextAt) {
        entry.nextAt = now + lookUpInterval;
        return undefined;
      }
      onCount(true);
      return Math.max(1, Math.ceil(overLimit.getRemainingTTL(network) / 1000));
    },
  };
}
