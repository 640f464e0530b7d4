import type { RequestListener } from 'node:http';
import type { InFlightRequests } from './in-flight-requests.js';

/** The maximum number of requests in flight on one connection. Browsers and most other clients send one at a time. */
const maxPipelined = 16;

/**
 * Closes a connection that has more requests in flight. HTTP allows clients to send requests without waiting for the
 * responses (RFC 9112, section 9.3.2), and Node processes all requests of a packet at the same time. Two connections
 * with hundreds of requests each would delay all other callers for seconds.
 */
export const limitPipelining =
  (inFlight: InFlightRequests, handler: RequestListener): RequestListener =>
  (request, response) => {
    const { socket } = request;
    if (inFlight.count(socket) > maxPipelined) socket.destroy();
    if (!socket.destroyed) handler(request, response);
  };
