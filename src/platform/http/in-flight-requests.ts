import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';

interface InFlightRequest {
  request: IncomingMessage;
  response: ServerResponse;
}

/** The requests without a complete response, grouped by connection. */
export interface InFlightRequests {
  /** Returns the requests of a connection, oldest first. */
  of(socket: Duplex): InFlightRequest[];
  /** Returns the number of requests of a connection. */
  count(socket: Duplex): number;
  /** Returns whether the newest request of a connection has a complete response although its body is still arriving. */
  isAnswered(socket: Duplex): boolean;
  /**
   * Ends each connection with its last pending response, whose `connection` header says so. Also applies to requests
   * that arrive later.
   */
  endConnections(): void;
}

/** Tracks the requests of a server, each from its headers to the end of its response. */
export function trackInFlightRequests(server: Server): InFlightRequests {
  const bySocket = new Map<Duplex, Set<InFlightRequest>>();
  const latest = new WeakMap<Duplex, InFlightRequest>();
  let ending = false;
  const of = (socket: Duplex) => [...(bySocket.get(socket) ?? [])];
  const addSocket = (socket: Duplex): Set<InFlightRequest> => {
    const inFlight = new Set<InFlightRequest>();
    bySocket.set(socket, inFlight);
    // When a connection is lost, Node reports this only on its first request, not on later ones.
    socket.once('close', () => bySocket.delete(socket));
    return inFlight;
  };
  // This listener runs before the handler, which may respond immediately.
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
 * Ends a connection with its last pending response. Pipelined requests are processed at the same time, and an earlier
 * end would lose the later responses.
 */
function endWithLast(requests: InFlightRequest[]): void {
  const pending = requests.filter(({ response }) => !response.headersSent);
  for (const { response } of pending) response.removeHeader('connection');
  pending.at(-1)?.response.setHeader('connection', 'close');
}
