import pg from 'pg';

/** The message of node-postgres's error when `query_timeout` is over. */
const queryTimeoutMessage = 'Query read timeout';

// biome-ignore lint/suspicious/noExplicitAny: node-postgres declares the error now as null, now as never null
type Callback = (error: any, result?: any) => void;

/** A pool's client that knows what has become of its connection. */
export interface PoolClient extends pg.PoolClient {
  state: 'good' | 'lost' | 'unanswered';
}

/**
 * Creates the class of the pool's clients, which is node-postgres's own with two changes.
 *
 * A connection that has not answered in time is closed. node-postgres leaves it open with the answer still to come, and
 * the next statement waits behind that answer (https://github.com/brianc/node-postgres/issues/3399).
 *
 * Every fault of a connection is reported, faults while it is opened included. A pool has no event for those.
 */
export function poolClientClass(onFault: (error: Error) => void): new () => pg.ClientBase {
  return class extends pg.Client {
    state: PoolClient['state'] = 'good';

    constructor(config?: pg.ClientConfig) {
      super(config);
      this.on('error', (error) => this.setFault(error, 'lost'));
    }

    override connect(callback?: Callback): Promise<never> {
      if (!callback) return super.connect() as never;
      const reportAndCall: Callback = (error, client) => {
        if (error) onFault(error);
        callback(error, client);
      };
      return super.connect(reportAndCall as never) as never;
    }

    // The pool calls this with a callback, and the ORM without one.
    override query(...args: unknown[]): never {
      const callback = args.at(-1);
      if (typeof callback === 'function') {
        args[args.length - 1] = (error: Error | null, result: unknown) => {
          this.closeAfterTimeout(error);
          callback(error, result);
        };
      }
      const result = super.query(...(args as [string])) as unknown;
      if (result instanceof Promise) result.catch((error) => this.closeAfterTimeout(error));
      return result as never;
    }

    private closeAfterTimeout(error: Error | null): void {
      if (error?.message !== queryTimeoutMessage || this.state !== 'good') return;
      this.setFault(error, 'unanswered');
      this.end(() => {});
    }

    private setFault(error: Error, state: PoolClient['state']): void {
      this.state = state;
      onFault(error);
    }
  };
}
