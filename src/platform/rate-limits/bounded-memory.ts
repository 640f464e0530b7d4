import { LRUCache } from 'lru-cache';
import { type IRateLimiterOptions, RateLimiterMemory, type RateLimiterRes } from 'rate-limiter-flexible';
import { atMost } from '../cache-size.js';

/**
 * An in-memory limiter that forgets the least recently used keys. The library's own limiter keeps an entry and a timer
 * for every key of the last window. A million keys took 470 MB.
 */
export class BoundedMemory extends RateLimiterMemory {
  private readonly recent: LRUCache<string, true>;

  /** @param maxKeys the maximum number of keys; 100,000 keys take 60 MB */
  constructor(options: IRateLimiterOptions, maxKeys = 100_000) {
    super(options);
    this.recent = new LRUCache({
      ...atMost(maxKeys),
      dispose: (_value, key, reason) => {
        if (reason === 'evict') void this.delete(key);
      },
    });
  }

  override consume(key: string, points = 1): Promise<RateLimiterRes> {
    this.recent.set(key, true);
    return super.consume(key, points);
  }
}
