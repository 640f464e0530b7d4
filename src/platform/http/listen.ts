import { createServer, type RequestListener, type Server } from 'node:http';
import { Server as NetServer } from 'node:net';
import { continueWithinLimit } from './body-limit.js';
import { type InFlightRequests, trackInFlightRequests } from './in-flight-requests.js';
import { refuseMalformed, refuseUnreadable } from './malformed.js';
import { limitPipelining } from './pipelining-limit.js';
import { type Addresses, bind } from './ports.js';

/**
 * The maximum size of the URL and all headers together, in bytes. It does not depend on Node's default, and leaves room
 * for a token of 8 kB.
 */
const maxHeaderSize = 16 * 1024;

/** The timeouts of a connection in milliseconds, and the maximum number of connections. */
export const serverLimits = {
  /**
   * Headers normally arrive in one or two packets. A client that sends them byte by byte only wants to occupy a
   * connection.
   */
  headersTimeout: 10_000,
  /** The time limit for the complete request. A body has at most 100 kB, which a slow phone sends in ten seconds. */
  requestTimeout: 30_000,
  /** The interval at which Node looks for requests that have exceeded headersTimeout or requestTimeout. */
  connectionsCheckingInterval: 2_000,
  /** Longer than proxies keep idle connections (60 s by default on AWS and nginx), so that the proxy closes first. */
  keepAliveTimeout: 65_000,
  /** The time without a byte in either direction after which the client evidently does not read its response. */
  idleTimeout: 60_000,
  /** A connection needs about 20 kB of memory. Above this number, new connections are closed immediately. */
  maxConnections: 10_000,
};

/** An HTTP server with its requests in flight, which `drain` needs. */
export type TrackedServer = Server & { inFlight: InFlightRequests };

/**
 * Listens on an address.
 * @param variable the variable that sets the port, for the error message
 * @throws StartError if the address is not available
 */
export async function listen(
  handler: RequestListener,
  host: string,
  port: number,
  { idleTimeout, maxConnections, ...timeouts } = serverLimits,
  variable: 'PORT' | 'METRICS_PORT' = 'PORT',
): Promise<TrackedServer> {
  // The app responds to a request without a host header, so that the response has the usual error format.
  const server = createServer({ ...timeouts, maxHeaderSize, requireHostHeader: false });
  server.timeout = idleTimeout;
  server.maxConnections = maxConnections;
  // By default, Node silently drops headers after the 2,000th. These include the headers that a proxy adds at the end,
  // such as the caller's address. The total size of the headers is limited anyway.
  server.maxHeadersCount = 0;
  const inFlight = trackInFlightRequests(server);
  server.on('request', limitPipelining(inFlight, refuseUnreadable(handler)));
  refuseMalformed(server, inFlight);
  continueWithinLimit(server);
  await bind(server, { host, port, variable });
  return Object.assign(server, { inFlight });
}

interface Listeners {
  handle: RequestListener;
  metrics: { page?: RequestListener | undefined; watch(server: Server): void };
}

/**
 * Listens for the app and, if the metrics have their own port, for the metrics.
 * @returns the servers, starting with the app's
 * @throws StartError if an address is not available; no server then listens
 */
export async function listenAll(
  { handle, metrics }: Listeners,
  addresses: Addresses,
): Promise<[TrackedServer, ...TrackedServer[]]> {
  const { host, port } = addresses;
  const server = await listen(handle, host, port);
  metrics.watch(server);
  if (!metrics.page || addresses.metrics.port === undefined) return [server];
  try {
    const page = await listen(metrics.page, host, addresses.metrics.port, serverLimits, 'METRICS_PORT');
    return [server, page];
  } catch (error) {
    await drain(server, 0);
    throw error;
  }
}

/**
 * Stops accepting connections and waits for the requests in flight. Requests that still arrive on a connection that was
 * kept alive get a response. Each response ends its connection and says so, so that clients send no further request on
 * it.
 *
 * One race remains, which is inherent in HTTP (RFC 9112, section 9.5): an idle connection may be closed while a request
 * is on its way.
 * @param timeoutMs the time after which open connections are cut
 */
export async function drain(server: TrackedServer, timeoutMs: number): Promise<void> {
  server.inFlight.endConnections();
  // The `close` of node:http would immediately close idle connections, even if a client is about to send its next
  // request.
  const closed = new Promise((resolve) => NetServer.prototype.close.call(server, resolve));
  const closeIdle = setInterval(() => server.closeIdleConnections(), 100);
  const closeAll = setTimeout(() => server.closeAllConnections(), timeoutMs);
  await closed;
  clearInterval(closeIdle);
  clearTimeout(closeAll);
}
