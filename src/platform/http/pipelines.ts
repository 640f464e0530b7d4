import type { RequestListener } from 'node:http';
import type { Exchanges } from './exchanges.js';

/** Requests of one connection that wait for their answers. Browsers send one at a time, and so do most clients. */
const most = 16;

/**
 * Cuts a connection on which more requests wait for their answers (RFC 9112, section 9.3.2, lets clients send them
 * so). Node has all that is in a packet handled at once: two connections with hundreds of requests in each would keep
 * everybody else waiting for seconds.
 */
export const boundPipelines =
  (exchanges: Exchanges, handler: RequestListener): RequestListener =>
  (request, response) => {
    const { socket } = request;
    if (exchanges.count(socket) > most) socket.destroy();
    if (!socket.destroyed) handler(request, response);
  };
