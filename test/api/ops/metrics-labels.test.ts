import { expect, test } from '@jest/globals';
import { Registry } from 'prom-client';
import { countRequests, countTokens } from '../../../src/api/ops/metrics/counters.js';
import { parseSamples } from './samples.js';

test('a value in no list of labels counts as other, whoever passes it', async () => {
  const registry = new Registry();
  const request = countRequests(registry, ['viewer']);
  const { tokenRefused } = countTokens(registry, ['wrong_secret']);
  request('rest', 'made up', 'MADE_UP', 0.01);
  request('rest', 'viewer', 'OK', 0.01);
  tokenRefused('made_up');
  const samples = parseSamples(await registry.metrics());
  const total = [...samples].filter(([key]) => key.includes('_total'));
  expect(Object.fromEntries(total)).toEqual({
    'gateway_requests_total{api="rest",operation="other",code="other"}': 1,
    'gateway_requests_total{api="rest",operation="viewer",code="OK"}': 1,
    gateway_tokens_issued_total: 0,
    'gateway_tokens_refused_total{reason="other"}': 1,
  });
});
