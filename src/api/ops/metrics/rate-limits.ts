import { Counter, type Registry } from 'prom-client';
import type { Metrics } from './metrics.js';

export function countRateLimits(registry: Registry): Metrics['rateLimit'] {
  const decisions = new Counter({
    name: 'gateway_rate_limit_decisions_total',
    help: 'What was counted under a limit, and whether it was within it',
    labelNames: ['policy', 'outcome'],
    registers: [registry],
  });
  return (policy, exceeded) => decisions.inc({ policy, outcome: exceeded ? 'refused' : 'passed' });
}
