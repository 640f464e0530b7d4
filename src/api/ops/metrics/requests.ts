import { Counter, Histogram, type Registry } from 'prom-client';
import { codes, noOperation, oauthOperations, other } from './labels.js';
import type { Metrics } from './metrics.js';

/** Seconds. */
const buckets = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

export function countRequests(registry: Registry, operations: readonly string[]): Metrics['request'] {
  const registers = [registry];
  const total = new Counter({
    name: 'gateway_requests_total',
    help: 'Operations by door, root field or OAuth endpoint, and how they ended',
    labelNames: ['door', 'operation', 'code'],
    registers,
  });
  const duration = new Histogram({
    name: 'gateway_request_duration_seconds',
    help: 'How long operations took: root fields by themselves, anything else from its headers to its answer',
    labelNames: ['door', 'operation'],
    buckets,
    registers,
  });
  const known = new Set<string>([noOperation, ...oauthOperations, ...operations]);
  return (door, operation, code, seconds) => {
    const labels = { door, operation: known.has(operation) ? operation : other };
    total.inc({ ...labels, code: codes.has(code) ? code : other });
    duration.observe(labels, seconds);
  };
}
