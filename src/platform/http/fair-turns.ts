/** Starts the handling of a request. */
type Start = () => void;

/**
 * The maximum number of requests that start in one turn of the event loop. Every other request needs several turns, so
 * it waits for several times this number. Requests that start together share statements, so a small number costs CPU
 * time. Beside the floods of `npm run bench:flood`, an administrator's list took 1.5 to 3 times as long as alone with
 * 1, 2 to 4 times with 4, 3 to 9 times with 8, and 19 to 74 times without a maximum. A token request at 64 connections
 * took 28% more CPU time with 1 than without a maximum, 8% with 2 and 3% with 4.
 */
const startsPerTurn = 2;

/**
 * Starts requests in turns that are fair to all addresses. Node hands over all requests that have arrived, in the order
 * of their arrival. A client that sends hundreds of requests at the same time would make every other client wait until
 * all of them have started. Here each address with waiting requests starts one after the other, so that such a client
 * waits for itself. Nothing waits while few requests arrive, and nothing is rejected: rate limits do that.
 */
export class FairTurns {
  /** The requests that wait, by address. The first address is the next one to start a request. */
  private readonly waiting = new Map<string, Start[]>();
  private started = 0;

  /**
   * Starts a request, now or in a later turn.
   * @param addressOf returns the address of the client; it is called only if the request must wait
   */
  take(addressOf: () => string, start: Start): void {
    if (this.started < startsPerTurn && this.waiting.size === 0) {
      this.run(start);
      return;
    }
    const address = addressOf();
    const queue = this.waiting.get(address);
    if (queue) queue.push(start);
    else this.waiting.set(address, [start]);
  }

  private run(start: Start): void {
    if (this.started === 0) setImmediate(this.nextTurn);
    this.started += 1;
    start();
  }

  private readonly nextTurn = (): void => {
    this.started = 0;
    for (const [address, queue] of this.waiting) {
      if (this.started === startsPerTurn) break;
      const start = queue.shift();
      this.waiting.delete(address);
      // An address that is added again is visited again in this loop, after the others.
      if (queue.length > 0) this.waiting.set(address, queue);
      if (start) this.run(start);
    }
  };
}
