import { createPath, type Gateway } from './gateway.js';
import { startProcess } from './process.js';
import { untilAvailable } from './until-available.js';

/**
 * Starts two gateways, each a process of its own, on the database of one that is there.
 * @param more variables beside those of that one
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
    /** Sends so many calls at once, by turns to the one and the other. */
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
