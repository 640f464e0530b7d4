import type { RequestListener } from 'node:http';
import type { InFlightRequests } from './in-flight-requests.js';

/**
 * The maximum number of requests of one connection that are in flight. Browsers and most other clients send one at a
 * time.
 */
const maxPipelined = 16;

/**
 * Cuts a connection with more requests in flight than that. HTTP lets clients send requests without waiting for the
 * answers (RFC 9112, section 9.3.2), and Node handles all requests of a packet at once: two connections with hundreds
 * of requests each would keep everybody else waiting for seconds.
 */
export const limitPipelining =
  (inFlight: InFlightRequests, handler: RequestListener): RequestListener =>
  (request, response) => {
    const { socket } = request;
    if (inFlight.count(socket) > maxPipelined) socket.destroy();
    if (!socket.destroyed) handler(request, response);
  };
