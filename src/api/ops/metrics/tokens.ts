import { Counter, type Registry } from 'prom-client';
import { oauthCodes, other } from './labels.js';
import type { Metrics } from './metrics.js';

/** @param reasons why a client is refused, of which it is told less */
export function countTokens(
  registry: Registry,
  reasons: readonly string[],
): Pick<Metrics, 'tokenIssued' | 'tokenRefused'> {
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
  const known = new Set<string>([...reasons, ...oauthCodes]);
  return {
    tokenIssued: () => issued.inc(),
    tokenRefused: (reason) => refused.inc({ reason: known.has(reason) ? reason : other }),
  };
}
