import { createPath, type Gateway } from './gateway.js';
import { startProcess } from './gateway-process.js';
import { untilAvailable } from './until-available.js';

/**
 * Starts two gateways, each in its own process, on the database of a running gateway.
 * @param more variables that are added to the environment of the running gateway
 */
export async function startTwoGateways({ env }: Gateway, more: NodeJS.ProcessEnv = {}) {
  const start = () => startProcess({ ...env, ...more });
  const processes = await Promise.all([start(), start()]);
  await Promise.all(processes.map((one) => one.ready()));

  const create = async (url: string | undefined, headers: Record<string, string>, input: unknown) => {
    const response = await fetch(url + createPath, {
      method: 'POST',
      headers: { ...headers, 'content-type': 'application/json' },
      body: JSON.stringify(input),
    });
    return { status: response.status, headers: response.headers, body: JSON.parse(await response.text()) };
  };

  return {
    processes,
    /** Sends a number of calls at the same time, in turn to each gateway. */
    createAtOnce: (
      headers: Record<string, string>,
      calls: number,
      input: (index: number) => unknown = () => ({}),
    ) =>
      Promise.all(
        Array.from({ length: calls }, (_, index) =>
          untilAvailable(() => create(processes[index % processes.length]?.url, headers, input(index))),
        ),
      ),
  };
}
