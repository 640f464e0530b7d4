import type { RequestHandler } from 'express';
import { type Door, noOperation } from './labels.js';
import type { Metrics } from './metrics.js';

declare module 'express-serve-static-core' {
  interface Request {
    tally: Tally;
  }
}

/** What a request is counted as: each root field that it reached, or none. */
export interface Tally {
  /** A root field is over. */
  field(name: string, code: string, seconds: number): void;
  /** The request is over, with this code. It counts if no root field did. */
  end(code: string): void;
}

/** Stands before a door. */
export const tallyRequests =
  (door: Door, count: Metrics['request']): RequestHandler =>
  (request, _response, next) => {
    request.tally = createTally(door, count);
    next();
  };

function createTally(door: Door, count: Metrics['request']): Tally {
  const start = performance.now();
  let counted = false;
  return {
    field: (name, code, seconds) => {
      counted = true;
      count(door, name, code, seconds);
    },
    end: (code) => {
      if (!counted) count(door, noOperation, code, (performance.now() - start) / 1000);
      counted = true;
    },
  };
}
