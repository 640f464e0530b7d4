import type { RequestHandler } from 'express';
import type { RequestMetrics } from '../../../platform/http/extended-request.js';
import type { CountRequest } from './counters.js';
import { type Api, noOperation } from './label-values.js';

/** Creates a handler that attaches metrics to each request of an API. */
export const measureRequests =
  (api: Api, count: CountRequest): RequestHandler =>
  (request, _response, next) => {
    request.metrics = createRequestMetrics(api, count);
    next();
  };

/** Creates the metrics of a request. */
export function createRequestMetrics(api: Api, count: CountRequest): RequestMetrics {
  const start = performance.now();
  let counted = false;
  return {
    field: (name, code, seconds) => {
      counted = true;
      count(api, name, code, seconds);
    },
    end: (code) => {
      if (!counted) count(api, noOperation, code, (performance.now() - start) / 1000);
      counted = true;
    },
  };
}
