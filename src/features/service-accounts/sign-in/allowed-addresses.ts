import { LRUCache } from 'lru-cache';
import { atMost } from '../../../platform/cache-size.js';
import { contains, type IpRange, readRange } from '../ip-range.js';
import type { Credential } from './credential.js';

/** The maximum number of clients whose lists are remembered. A list of 50 entries takes about 6 kB. */
const maxClients = 10_000;

/** Decides from which addresses clients may authenticate. */
export interface AllowedAddresses {
  /**
   * Returns whether a client may authenticate from an address, as far as this gateway knows without the database. It
   * decides only which limits apply before the credential is checked.
   * @param address null if it is unknown
   */
  mayAllow(clientId: string, address: string | null): boolean;
  /**
   * Returns the reason to reject a credential that is otherwise accepted, or null if its account allows the address.
   */
  reject(credential: Credential, address: string | null): 'address_not_allowed' | null;
}

interface Ranges {
  /** What was read. */
  text: string;
  ranges: IpRange[];
}

/**
 * Creates the functions that compare addresses with the lists of accounts. They remember the lists of the clients that
 * have authenticated, so that a list is read once, and nothing about clients without a list.
 */
export function createAllowedAddresses(): AllowedAddresses {
  const known = new LRUCache<string, Ranges>(atMost(maxClients));

  function rangesOf(clientId: string, allowlist: readonly string[]): IpRange[] {
    const text = allowlist.join();
    const remembered = known.get(clientId);
    if (remembered?.text === text) return remembered.ranges;
    const ranges = allowlist.map(readRange).filter((range) => typeof range !== 'string');
    known.set(clientId, { text, ranges });
    return ranges;
  }

  return {
    mayAllow: (clientId, address) => {
      // Most gateways have no account with a list.
      const remembered = known.size > 0 ? known.get(clientId) : undefined;
      return !remembered || isIn(remembered.ranges, address);
    },
    reject: ({ clientId, ipAllowlist }, address) => {
      if (ipAllowlist !== null)
        return isIn(rangesOf(clientId, ipAllowlist), address) ? null : 'address_not_allowed';
      if (known.size > 0) known.delete(clientId);
      return null;
    },
  };
}

/** Returns whether an address is in one of the ranges. An unknown address is in none. */
function isIn(ranges: readonly IpRange[], text: string | null): boolean {
  const address = text === null ? 'unknown' : readRange(text);
  return typeof address !== 'string' && ranges.some((range) => contains(range, address));
}
