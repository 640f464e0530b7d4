/** How many places others have at least, and at most, while a request is under way. */
export interface Claim {
  low: number;
  high: number;
  /** 0 where the account counts as one that may have a place at any time. */
  takes: 0 | 1;
}

/**
 * The places of a tenant, as far as its clients can know: between a request and its answer nobody knows whether
 * a place is taken. So there are two counts, and the true one is between them.
 */
export class Quota {
  private low = 0;
  private high: number;
  private readonly claims = new Set<Claim>();

  /** @param shared how many accounts may have a place, or not, at any time */
  constructor(
    readonly limit: number,
    shared: number,
  ) {
    this.high = shared;
  }

  /** Before a request that takes a place, if there is one. */
  claim(takes: 0 | 1): Claim {
    this.move(0, takes);
    const claim = { low: this.low, high: this.high - 1, takes };
    this.claims.add(claim);
    return claim;
  }

  /** After its answer. */
  settle(claim: Claim, taken: boolean): void {
    this.claims.delete(claim);
    if (taken) this.move(claim.takes, 0);
    else this.move(0, -claim.takes);
  }

  /** Runs a request that frees a place for certain. */
  async free<T>(ask: () => Promise<T>): Promise<T> {
    this.move(-1, 0);
    const answer = await ask();
    this.move(0, -1);
    return answer;
  }

  private move(low: number, high: number): void {
    this.low += low;
    this.high += high;
    for (const claim of this.claims) {
      claim.low = Math.min(claim.low, this.low);
      claim.high = Math.max(claim.high, this.high - 1);
    }
  }
}
