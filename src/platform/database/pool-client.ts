import type pg from 'pg';
import { type ConnectionConfig, LimitedClient, queryTimeoutMessage } from './limited-client.js';

// biome-ignore lint/suspicious/noExplicitAny: node-postgres declares the error sometimes as nullable, sometimes not
type Callback = (error: any, result?: any) => void;

/** A client of the pool that knows the state of its connection. */
export interface PoolClient extends pg.PoolClient {
  isPooled: boolean;
  isPrepared: boolean;
  state: 'good' | 'lost' | 'unanswered';
}

/**
 * Creates the class of the pool's clients. It changes node-postgres's own class in three ways.
 *
 * It sets PostgreSQL's time limits, also behind a connection pooler (limited-client.ts).
 *
 * It closes a connection that has not responded in time. node-postgres keeps such a connection open, and the next
 * statement waits behind the late response (https://github.com/brianc/node-postgres/issues/3399).
 *
 * It reports every fault of a connection, including faults while the connection is being opened. A pool has no event
 * for those faults.
 */
export function poolClientClass(onFault: (error: Error) => void = () => {}): new () => pg.ClientBase {
  return class extends LimitedClient {
    state: PoolClient['state'] = 'good';

    constructor(config?: ConnectionConfig) {
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

    // The pool calls this method with a callback, and the ORM calls it without one.
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
