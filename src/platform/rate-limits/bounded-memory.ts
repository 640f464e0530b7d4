import { LRUCache } from 'lru-cache';
import { type IRateLimiterOptions, RateLimiterMemory, type RateLimiterRes } from 'rate-limiter-flexible';

/**
 * A limiter in memory that forgets the least recently used keys. The library's own keeps an entry and a timer for every
 * key of the last window: a million of them were seen to take 470 MB.
 */
export class BoundedMemory extends RateLimiterMemory {
  private readonly recent: LRUCache<string, true>;

  /** @param maxKeys how many keys are kept; 100,000 of them take 60 MB */
  constructor(options: IRateLimiterOptions, maxKeys = 100_000) {
    super(options);
    this.recent = new LRUCache({
      max: maxKeys,
      dispose: (_value, key, reason) => {
        if (reason === 'evict') void this.delete(key);
      },
    });
  }

  override consume(key: string): Promise<RateLimiterRes> {
    this.recent.set(key, true);
    return super.consume(key);
  }
}
