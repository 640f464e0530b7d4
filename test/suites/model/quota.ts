/** The least and the greatest number of places that others have while a request is running. */
export interface Claim {
  low: number;
  high: number;
  /** The number of places of the account. It is 0 for a shared account, which may have a place at any time. */
  takes: 0 | 1;
}

/**
 * The places of a tenant, as far as its clients can know. Between a request and its answer nobody knows whether a place
 * is taken, so that the test has two counts, and the true count is between them.
 */
export class Quota {
  private low = 0;
  private high: number;
  private readonly claims = new Set<Claim>();

  /** Starts to count. @param shared the number of accounts that may or may not have a place at any time */
  constructor(
    readonly limit: number,
    shared: number,
  ) {
    this.high = shared;
  }

  /** Notes before a request that it takes a place if there is one. */
  claim(takes: 0 | 1): Claim {
    this.move(0, takes);
    const claim = { low: this.low, high: this.high - 1, takes };
    this.claims.add(claim);
    return claim;
  }

  /** Notes after the answer to a request whether it has taken a place. */
  settle(claim: Claim, taken: boolean): void {
    this.claims.delete(claim);
    if (taken) this.move(claim.takes, 0);
    else this.move(0, -claim.takes);
  }

  /** Runs a request that certainly frees a place. */
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
