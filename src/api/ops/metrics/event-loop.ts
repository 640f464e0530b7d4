import {
  constants,
  monitorEventLoopDelay,
  type PerformanceEntry,
  PerformanceObserver,
} from 'node:perf_hooks';
import { Gauge, Histogram, type Registry } from 'prom-client';
import { other } from './label-values.js';

/**
 * The number of milliseconds between two samples. The measured delay includes this interval, so an idle event loop
 * shows about 10 ms.
 */
const resolutionMs = 10;
const nanoseconds = 1e9;

const figures = ['min', 'max', 'mean', 'stddev', 'p50', 'p90', 'p99'] as const;

/**
 * Observes the event loop and the garbage collector. The metrics have the names and the meaning of prom-client's
 * default metrics, so that existing dashboards work.
 * @returns a function that stops both observations
 */
export function observeEventLoop(registry: Registry): () => void {
  const stops = [observeDelay(registry), observeGarbageCollector(registry)];
  return () => {
    for (const stop of stops) stop();
  };
}

/** Measures delays. Each scrape reports the delays since the previous scrape. */
function observeDelay(registry: Registry): () => void {
  const delay = monitorEventLoopDelay({ resolution: resolutionMs });
  delay.enable();
  const gauges = figures.map(
    (figure) =>
      new Gauge({
        name: `nodejs_eventloop_lag_${figure}_seconds`,
        help: `Event loop delay in seconds since the last scrape: ${figure}, including the ${resolutionMs} ms sampling interval`,
        registers: [registry],
      }),
  );
  const [first] = gauges;
  Object.assign(first ?? {}, {
    collect: () => {
      // Less than ten milliseconds after the last scrape, no new sample exists. The gauges keep the last values.
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

function observeGarbageCollector(registry: Registry): () => void {
  const duration = new Histogram({
    name: 'nodejs_gc_duration_seconds',
    help: 'Duration of garbage collections in seconds, by kind',
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
