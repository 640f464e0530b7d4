import type { Gateway } from '../../harness/gateway.js';
import { parseSamples, type Samples } from './samples.js';

/** The value of METRICS_TOKEN. */
export const token = 'the-token-of-a-scraper';

/** Creates a scraper of a gateway's metrics. It throws when they are not in Prometheus's format. */
export function scraperOf(gateway: Gateway) {
  const scrape = async (): Promise<Samples> => {
    const answer = await gateway.request('/metrics', { headers: { authorization: `Bearer ${token}` } });
    if (answer.status !== 200) throw new Error(`a scrape got the status ${answer.status}`);
    return parseSamples(answer.body);
  };
  return {
    scrape,
    /** Returns the samples that have grown during some work, and by how much. */
    grown: async (name: string, work: () => Promise<unknown>): Promise<Record<string, number>> => {
      const before = await scrape();
      await work();
      const changes = [...(await scrape())]
        .filter(([key]) => key.startsWith(name))
        .map(([key, value]): [string, number] => [key, value - (before.get(key) ?? 0)]);
      return Object.fromEntries(changes.filter(([, change]) => change !== 0));
    },
  };
}
