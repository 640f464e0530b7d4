import { LRUCache } from 'lru-cache';
import { atMost } from '../cache-size.js';
import type { Count } from './count.js';
import { networkOf } from './network.js';
import { keyOf } from './policy.js';

/** The minimum number of milliseconds between two unknown secrets of a client that are looked up for one address. */
const lookUpInterval = 1000;
/** The maximum number of unknown secrets, of all clients, that are looked up in that time for one address. */
const maxLookUps = 20;
/** The maximum number of addresses above their limit, and of their clients, that are remembered. */
const maxRemembered = 100_000;

export interface WrongSecrets {
  /**
   * Counts a wrong secret. The correct secret is not counted. Otherwise, anyone who knows a client ID could lock out
   * its machine.
   * @returns whole seconds until the window ends if it has too many wrong secrets, otherwise undefined
   */
  count(clientId: string, address: string | null): Promise<number | undefined>;
  /**
   * Decides whether a secret may be looked up that this gateway has not seen succeed. While an address exceeds its
   * limit, one such secret per second is looked up for each client. Otherwise, a client that sends wrong secrets all
   * the time would lock out the other clients behind its address, which are all unknown after a start of the gateway.
   * @returns whole seconds until the window ends if the secret must be rejected, otherwise undefined
   */
  refuseUnknown(clientId: string, address: string | null): number | undefined;
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
  /** The addresses that exceed their limit: when their window ends, and what was looked up since a time. */
  const overLimit = new LRUCache<string, { endsAt: number; since: number; lookUps: number }>({
    ...atMost(maxRemembered),
  });
  /** When the next unknown secret of a client is looked up for an address. */
  const nextLookUp = new LRUCache<string, number>(atMost(maxRemembered));

  function mayLookUp(key: string, address: { since: number; lookUps: number }, now: number): boolean {
    if (now < (nextLookUp.get(key) ?? 0)) return false;
    if (now >= address.since + lookUpInterval) Object.assign(address, { since: now, lookUps: 0 });
    if (address.lookUps === maxLookUps) return false;
    address.lookUps += 1;
    nextLookUp.set(key, now + lookUpInterval);
    return true;
  }

  return {
    count: async (clientId, address) => {
      if (limit === 0) return undefined;
      const network = networkOf(address);
      const [client, here] = await Promise.all([byClient(keyOf([clientId])), byAddress(keyOf([network]))]);
      const now = Date.now();
      if (here.exceeded) {
        const endsAt = now + here.reset * 1000;
        if (!overLimit.has(network)) overLimit.set(network, { endsAt, since: now, lookUps: 0 });
        nextLookUp.set(keyOf([network, clientId]), now + lookUpInterval);
      }
      const resets = [client, here].filter(({ exceeded }) => exceeded).map(({ reset }) => reset);
      onCount(resets.length > 0);
      return resets.length > 0 ? Math.max(...resets) : undefined;
    },
    refuseUnknown: (clientId, address) => {
      // Nearly always, no address exceeds its limit.
      if (overLimit.size === 0) return undefined;
      const network = networkOf(address);
      const entry = overLimit.get(network);
      const now = Date.now();
      if (!entry) return undefined;
      if (now >= entry.endsAt) {
        overLimit.delete(network);
        return undefined;
      }
      if (mayLookUp(keyOf([network, clientId]), entry, now)) return undefined;
      onCount(true);
      return Math.max(1, Math.ceil((entry.endsAt - now) / 1000));
    },
  };
}
