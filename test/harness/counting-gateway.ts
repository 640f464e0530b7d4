import { holdIntervals, restoreClock } from './clock.js';
import { createStatementCounter } from './count-statements.js';
import { type Gateway, startGateway } from './gateway.js';
import { createProxy, type DatabaseProxy } from './proxy.js';

export interface CountingGateway extends Gateway {
  /** The statements that the gateway has sent to PostgreSQL. A test sets `count` to 0 before it counts. */
  statements: { count: number };
}

/** Starts a gateway whose statements are counted. It holds the intervals of the gateway until `close`. */
export async function startCountingGateway(overrides: NodeJS.ProcessEnv = {}): Promise<CountingGateway> {
  const statements = createStatementCounter();
  let proxy: DatabaseProxy | undefined;
  holdIntervals();
  const by = async (url: string) => {
    proxy = await createProxy(url, statements.read);
    return proxy.url;
  };
  const gateway = await startGateway(overrides, { by });
  return {
    ...gateway,
    statements,
    close: async () => {
      restoreClock();
      await gateway.close();
      await proxy?.close();
    },
  };
}
