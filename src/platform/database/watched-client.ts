import pg from 'pg';

/** What node-postgres says at the end of `query_timeout`. */
const noAnswer = 'Query read timeout';

// biome-ignore lint/suspicious/noExplicitAny: node-postgres declares the error now as null, now as never null
type Callback = (error: any, result?: any) => void;

/** A client that knows of itself what its pool has to know. */
export interface Watched extends pg.PoolClient {
  state: 'good' | 'lost' | 'unanswered';
}

/**
 * Makes the class of the pool's clients: node-postgres's own, with two changes.
 *
 * A connection that has not answered in time is ended. node-postgres leaves it open with the answer still to
 * come, and whatever is asked next waits behind it (https://github.com/brianc/node-postgres/issues/3399).
 *
 * And each fault of a connection is told, those of its beginning included, of which a pool has no event.
 */
export function watchedClient(onFault: (error: Error) => void): new () => pg.ClientBase {
  return class WatchedClient extends pg.Client {
    state: Watched['state'] = 'good';

    constructor(config?: pg.ClientConfig) {
      super(config);
      this.on('error', (error) => this.note(error, 'lost'));
    }

    override connect(callback?: Callback): Promise<never> {
      if (!callback) return super.connect() as never;
      const settled: Callback = (error, client) => {
        if (error) onFault(error);
        callback(error, client);
      };
      return super.connect(settled as never) as never;
    }

    // Statements come with a callback from the pool, and without one from the ORM.
    override query(...args: unknown[]): never {
      const callback = args.at(-1);
      if (typeof callback === 'function') {
        args[args.length - 1] = (error: Error | null, result: unknown) => {
          this.check(error);
          callback(error, result);
        };
      }
      const result = super.query(...(args as [string])) as unknown;
      if (result instanceof Promise) result.catch((error) => this.check(error));
      return result as never;
    }

    private check(error: Error | null): void {
      if (error?.message !== noAnswer || this.state !== 'good') return;
      this.note(error, 'unanswered');
      this.end(() => {});
    }

    private note(error: Error, state: Watched['state']): void {
      this.state = state;
      onFault(error);
    }
  };
}
