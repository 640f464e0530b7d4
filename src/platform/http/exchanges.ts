import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';

export interface Exchange {
  request: IncomingMessage;
  response: ServerResponse;
}

/** The requests that are being answered. */
export interface Exchanges {
  /** Those of a connection, in their order. */
  on(socket: Duplex): Exchange[];
  /** How many there are of a connection. */
  count(socket: Duplex): number;
  /** Whether the request that a connection is still reading has had its answer. */
  isAnswered(socket: Duplex): boolean;
  /** From now on an answer that has not begun, and every later one, is the last of its connection, and says so. */
  endConnections(): void;
}

export function trackExchanges(server: Server): Exchanges {
  const open = new Map<Duplex, Set<Exchange>>();
  const latest = new WeakMap<Duplex, Exchange>();
  let ending = false;
  const on = (socket: Duplex) => [...(open.get(socket) ?? [])];
  const beginOf = (socket: Duplex): Set<Exchange> => {
    const ofSocket = new Set<Exchange>();
    open.set(socket, ofSocket);
    // Of requests behind the first one node does not tell that nobody waits for them any more.
    socket.once('close', () => open.delete(socket));
    return ofSocket;
  };
  // Before the handler, which may answer at once.
  server.prependListener('request', (request: IncomingMessage, response: ServerResponse) => {
    const { socket } = request;
    const exchange = { request, response };
    const ofSocket = open.get(socket) ?? beginOf(socket);
    ofSocket.add(exchange);
    latest.set(socket, exchange);
    response.once('close', () => {
      ofSocket.delete(exchange);
    });
    if (ending) endWithLast(on(socket));
  });
  return {
    on,
    count: (socket) => open.get(socket)?.size ?? 0,
    isAnswered: (socket) => {
      const exchange = latest.get(socket);
      return exchange !== undefined && !exchange.request.complete && exchange.response.writableFinished;
    },
    endConnections: () => {
      ending = true;
      for (const ofSocket of open.values()) endWithLast([...ofSocket]);
    },
  };
}

/** Requests that were sent without waiting for answers are all at work: what ends with the first loses the others. */
function endWithLast(exchanges: Exchange[]): void {
  const waiting = exchanges.filter(({ response }) => !response.headersSent);
  for (const { response } of waiting) response.removeHeader('connection');
  waiting.at(-1)?.response.setHeader('connection', 'close');
}
