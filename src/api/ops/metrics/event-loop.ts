import {
  constants,
  monitorEventLoopDelay,
  type PerformanceEntry,
  PerformanceObserver,
} from 'node:perf_hooks';
import { Gauge, Histogram, type Registry } from 'prom-client';
import { other } from './labels.js';

/** Milliseconds between two looks; they are in what is measured: an idle loop shows some 10 ms. */
const resolution = 10;
const nanoseconds = 1e9;

const figures = ['min', 'max', 'mean', 'stddev', 'p50', 'p90', 'p99'] as const;

/**
 * Under the names and with the meaning that prom-client gives them, so that dashboards made for it fit.
 * @returns ends both observers
 */
export function watchEventLoop(registry: Registry): () => void {
  const stops = [watchDelay(registry), watchCollector(registry)];
  return () => {
    for (const stop of stops) stop();
  };
}

/** Each scrape tells what was since the one before. */
function watchDelay(registry: Registry): () => void {
  const delay = monitorEventLoopDelay({ resolution });
  delay.enable();
  const gauges = figures.map(
    (figure) =>
      new Gauge({
        name: `nodejs_eventloop_lag_${figure}_seconds`,
        help: `The ${figure} of the delays of the event loop since the last scrape, with the ${resolution} ms between two looks`,
        registers: [registry],
      }),
  );
  const [first] = gauges;
  Object.assign(first ?? {}, {
    collect: () => {
      // Nothing has been seen within ten milliseconds: what was told last still stands.
      if (delay.count === 0) return;
      figures.forEach((figure, index) => {
        const value = figure.startsWith('p')
          ? delay.percentile(Number(figure.slice(1)))
          : delay[figure as 'min' | 'max' | 'mean' | 'stddev'];
        gauges[index]?.set(value / nanoseconds);
      });
      delay.reset();
    },
  });
  return () => delay.disable();
}

const kinds: Record<number, string> = {
  [constants.NODE_PERFORMANCE_GC_MAJOR]: 'major',
  [constants.NODE_PERFORMANCE_GC_MINOR]: 'minor',
  [constants.NODE_PERFORMANCE_GC_INCREMENTAL]: 'incremental',
  [constants.NODE_PERFORMANCE_GC_WEAKCB]: 'weakcb',
};

function watchCollector(registry: Registry): () => void {
  const duration = new Histogram({
    name: 'nodejs_gc_duration_seconds',
    help: 'How long the garbage collector took, by kind',
    labelNames: ['kind'],
    buckets: [0.001, 0.01, 0.1, 1, 2, 5],
    registers: [registry],
  });
  const observer = new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) {
      const { detail } = entry as PerformanceEntry & { detail: { kind: number } };
      duration.observe({ kind: kinds[detail.kind] ?? other }, entry.duration / 1000);
    }
  });
  observer.observe({ entryTypes: ['gc'] });
  return () => observer.disconnect();
}
