/**
 * Stands in for AsyncLocalStorage in MikroORM, which passes the EntityManager of a transaction on with it. The gateway
 * passes each EntityManager as an argument. Before Node 24, the first use of AsyncLocalStorage makes every promise of
 * the process slower, and a token takes about a tenth more time (npm run bench:tokens).
 */
class NoAsyncContext {
  getStore(): undefined {
    return undefined;
  }

  run<T>(_store: unknown, work: () => T): T {
    return work();
  }
}

// MikroORM prefers this global, which other runtimes than Node define. It reads it when it is loaded.
Object.assign(globalThis, { AsyncLocalStorage: NoAsyncContext });
