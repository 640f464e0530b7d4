import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';

interface InFlightRequest {
  request: IncomingMessage;
  response: ServerResponse;
}

/** The requests that are being answered, by their connections. */
export interface InFlightRequests {
  /** Returns the requests of a connection in the order in which they came. */
  of(socket: Duplex): InFlightRequest[];
  /** Counts the requests of a connection. */
  count(socket: Duplex): number;
  /** Tells whether the request that a connection is still reading has had its answer. */
  isAnswered(socket: Duplex): boolean;
  /** Makes every answer that has not begun the last one of its connection, and has the answer say so. */
  endConnections(): void;
}

/** Tracks the requests of a server from their headers to the end of their answers. */
export function trackInFlightRequests(server: Server): InFlightRequests {
  const bySocket = new Map<Duplex, Set<InFlightRequest>>();
  const latest = new WeakMap<Duplex, InFlightRequest>();
  let ending = false;
  const of = (socket: Duplex) => [...(bySocket.get(socket) ?? [])];
  const addSocket = (socket: Duplex): Set<InFlightRequest> => {
    const inFlight = new Set<InFlightRequest>();
    bySocket.set(socket, inFlight);
    // Node reports a lost connection on its first request only, not on the requests behind it.
    socket.once('close', () => bySocket.delete(socket));
    return inFlight;
  };
  // This listener comes before the handler, which may answer at once.
  server.prependListener('request', (request: IncomingMessage, response: ServerResponse) => {
    const { socket } = request;
    const one = { request, response };
    const inFlight = bySocket.get(socket) ?? addSocket(socket);
    inFlight.add(one);
    latest.set(socket, one);
    response.once('close', () => {
      inFlight.delete(one);
    });
    if (ending) endWithLast(of(socket));
  });
  return {
    of,
    count: (socket) => bySocket.get(socket)?.size ?? 0,
    isAnswered: (socket) => {
      const one = latest.get(socket);
      return one !== undefined && !one.request.complete && one.response.writableFinished;
    },
    endConnections: () => {
      ending = true;
      for (const inFlight of bySocket.values()) endWithLast([...inFlight]);
    },
  };
}

/**
 * Ends a connection with its last pending answer: pipelined requests are all at work, and an earlier end loses some.
 */
function endWithLast(requests: InFlightRequest[]): void {
  const pending = requests.filter(({ response }) => !response.headersSent);
  for (const { response } of pending) response.removeHeader('connection');
  pending.at(-1)?.response.setHeader('connection', 'close');
}
