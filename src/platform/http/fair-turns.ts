/** Starts the handling of a request. */
type Start = () => void;

/**
 * The maximum number of requests that an address starts in one turn of the event loop. Every other request needs
 * several turns, so it waits for several times this number. Requests that start together share statements, so a small
 * number costs CPU time, which is only worth it beside other addresses (npm run bench:flood, npm run bench:tokens).
 */
const startsPerTurn = { alone: 8, besideOthers: 2 };

/** The number of milliseconds for which an address counts as present after a request. */
const presenceMs = 10_000;

/**
 * The requests of an address that wait. The tenants that they name take turns, so that an administrator of many tenants,
 * whose programs share an address, does not wait for the requests of one of them.
 */
class TenantQueue {
  private readonly byTenant = new Map<string, Start[]>();

  get isEmpty(): boolean {
    return this.byTenant.size === 0;
  }

  add(tenant: string, start: Start): void {
    const queue = this.byTenant.get(tenant);
    if (queue) queue.push(start);
    else this.byTenant.set(tenant, [start]);
  }

  /** Removes the next request. @returns undefined if none waits */
  next(): Start | undefined {
    // A map has its entries in the order of their insertion.
    for (const [tenant, queue] of this.byTenant) {
      this.byTenant.delete(tenant);
      const start = queue.shift();
      if (queue.length > 0) this.byTenant.set(tenant, queue);
      return start;
    }
    return undefined;
  }
}

/**
 * Starts requests in turns that are fair to all addresses. Node hands over all requests that have arrived, in the order
 * of their arrival. A client that sends hundreds of requests at the same time would make every other client wait until
 * all of them have started. Here an address starts a few requests in a turn, so that such a client waits for itself.
 * Nothing waits while few requests of an address arrive, and nothing is rejected: rate limits do that.
 */
export class FairTurns {
  /** The requests that wait, by address. */
  private readonly waiting = new Map<string, TenantQueue>();
  /** The number of requests that started in this turn, by address. */
  private readonly started = new Map<string, number>();
  /** The two addresses that sent the latest requests, and when. */
  private latest = { address: '', at: Number.NEGATIVE_INFINITY };
  private latestOther = this.latest;

  /**
   * Starts a request, now or in a later turn.
   * @param address of the client
   * @param tenant any text that the request names as its tenant
   */
  take(address: string, tenant: string, start: Start): void {
    this.note(address);
    const queue = this.waiting.get(address);
    if (!queue && this.mayStart(address)) {
      this.run(address, start);
      return;
    }
    const waiting = queue ?? new TenantQueue();
    waiting.add(tenant, start);
    this.waiting.set(address, waiting);
  }

  private note(address: string): void {
    if (address !== this.latest.address) this.latestOther = this.latest;
    this.latest = { address, at: performance.now() };
  }

  private mayStart(address: string): boolean {
    const other = address === this.latest.address ? this.latestOther : this.latest;
    const isAlone = performance.now() - other.at > presenceMs;
    const most = isAlone ? startsPerTurn.alone : startsPerTurn.besideOthers;
    return (this.started.get(address) ?? 0) < most;
  }

  private run(address: string, start: Start): void {
    if (this.started.size === 0) setImmediate(this.nextTurn);
    this.started.set(address, (this.started.get(address) ?? 0) + 1);
    start();
  }

  private readonly nextTurn = (): void => {
    this.started.clear();
    for (const [address, queue] of this.waiting) {
      while (this.mayStart(address)) {
        const start = queue.next();
        if (!start) break;
        this.run(address, start);
      }
      if (queue.isEmpty) this.waiting.delete(address);
    }
  };
}
