import { Counter, type Registry } from 'prom-client';
import { other, refusalReasons } from './labels.js';
import type { Metrics } from './metrics.js';

export function countTokens(registry: Registry): Pick<Metrics, 'tokenIssued' | 'tokenRefused'> {
  const registers = [registry];
  const issued = new Counter({
    name: 'gateway_tokens_issued_total',
    help: 'Access tokens that were issued',
    registers,
  });
  const refused = new Counter({
    name: 'gateway_tokens_refused_total',
    help: 'Requests for a token that were refused, by reason',
    labelNames: ['reason'],
    registers,
  });
  return {
    tokenIssued: () => issued.inc(),
    tokenRefused: (reason) => refused.inc({ reason: refusalReasons.has(reason) ? reason : other }),
  };
}
