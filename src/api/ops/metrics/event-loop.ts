import {
  constants,
  monitorEventLoopDelay,
  type PerformanceEntry,
  PerformanceObserver,
} from 'node:perf_hooks';
import { Gauge, Histogram, type Registry } from 'prom-client';
import { other } from './label-values.js';

/** Milliseconds between two samples. They are included in the measured delay: an idle loop shows some 10 ms. */
const resolutionMs = 10;
const nanoseconds = 1e9;

const figures = ['min', 'max', 'mean', 'stddev', 'p50', 'p90', 'p99'] as const;

/**
 * Observes the event loop and the garbage collector, under the names and with the meaning of prom-client's default
 * metrics, so that existing dashboards fit.
 * @returns ends both observations
 */
export function observeEventLoop(registry: Registry): () => void {
  const stops = [observeDelay(registry), observeGarbageCollector(registry)];
  return () => {
    for (const stop of stops) stop();
  };
}

/** Measures delays; each scrape reports those since the scrape before. */
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
      // Within ten milliseconds of the last scrape there is no new sample: the last values stay.
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
