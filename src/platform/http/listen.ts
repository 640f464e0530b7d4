import { createServer, type RequestListener, type Server } from 'node:http';
import { type AddressInfo, Server as NetServer } from 'node:net';
import { StartError } from '../start-error.js';
import { continueWithinLimit } from './body-limit.js';
import { type InFlightRequests, trackInFlightRequests } from './in-flight-requests.js';
import { refuseMalformed, refuseUnreadable } from './malformed.js';
import { limitPipelining } from './pipelining-limit.js';

/** Bytes that the URL and all headers may have together, whatever Node's default becomes: a token of 8 kB has room. */
const maxHeaderSize = 16 * 1024;

/** The timeouts of a connection, in milliseconds, and the number of connections. */
export const serverLimits = {
  /** Headers arrive in a packet or two. A client that sends them byte by byte only wants to hold a connection. */
  headersTimeout: 10_000,
  /** The time for all of a request. A body has at most 100 kB, which a slow phone sends in ten seconds. */
  requestTimeout: 30_000,
  /** The interval in which Node looks for requests that have exceeded headersTimeout or requestTimeout. */
  connectionsCheckingInterval: 2_000,
  /** Longer than proxies keep idle connections (60 s by default on AWS and nginx), so that the proxy closes first. */
  keepAliveTimeout: 65_000,
  /** After this long without a byte in either direction the client does not take its answer. */
  idleTimeout: 60_000,
  /** A connection takes some 20 kB. Beyond this number a new one is closed at once. */
  maxConnections: 10_000,
};

/** An HTTP server that knows its requests in flight, so that it can be drained. */
export type TrackedServer = Server & { inFlight: InFlightRequests };

/**
 * Listens on an address.
 * @param settings the names of the settings that choose the address, for the error
 * @throws StartError when the address cannot be had
 */
export async function listen(
  handler: RequestListener,
  host: string,
  port: number,
  { idleTimeout, maxConnections, ...timeouts } = serverLimits,
  settings = 'PORT, HOST',
): Promise<TrackedServer> {
  // The app answers a request without a host, in its own envelope.
  const server = createServer({ ...timeouts, maxHeaderSize, requireHostHeader: false });
  server.timeout = idleTimeout;
  server.maxConnections = maxConnections;
  // Node's default silently drops headers after the 2,000th: those that a proxy adds at the end, such as the address of
  // the caller. The total size of the headers is limited anyway.
  server.maxHeadersCount = 0;
  const inFlight = trackInFlightRequests(server);
  server.on('request', limitPipelining(inFlight, refuseUnreadable(handler)));
  refuseMalformed(server, inFlight);
  continueWithinLimit(server);
  await bind(server, host, port, settings);
  return Object.assign(server, { inFlight });
}

async function bind(server: NetServer, host: string, port: number, settings: string): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, resolve);
  }).catch((error: NodeJS.ErrnoException) => {
    throw new StartError(
      `${settings}: cannot listen on ${host}:${port} (${error.code}). Choose an address of this host and a free port.`,
    );
  });
}

/**
 * Finds a port that is free, for PORT=0: the app is created before it listens, and its tokens name the port.
 * @throws StartError when the address cannot be had
 */
export async function findFreePort(host: string): Promise<number> {
  const server = new NetServer();
  await bind(server, host, 0, 'PORT, HOST');
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

interface Listeners {
  handle: RequestListener;
  metrics: { page?: RequestListener | undefined; watch(server: Server): void };
}

interface Addresses {
  host: string;
  port: number;
  metrics: { port: number | undefined };
}

/**
 * Listens for an app and, if its metrics have a port of their own, for those.
 * @returns the app's server first
 * @throws StartError when an address cannot be had; nothing listens then
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
    const page = await listen(metrics.page, host, addresses.metrics.port, serverLimits, 'METRICS_PORT, HOST');
    return [server, page];
  } catch (error) {
    await drain(server, 0);
    throw error;
  }
}

/**
 * Accepts no more connections and waits for the requests in flight. Requests that still arrive on a connection that was
 * kept alive are answered; each answer ends its connection and says so, so that no client sends another request on it.
 *
 * One race remains, and it is HTTP's own (RFC 9112, section 9.5): an idle connection is closed while a request is on
 * its way to it.
 * @param timeoutMs after which connections that are still open are cut
 */
export async function drain(server: TrackedServer, timeoutMs: number): Promise<void> {
  server.inFlight.endConnections();
  // The `close` of node:http closes idle connections at once, also those of clients between two requests.
  const closed = new Promise((resolve) => NetServer.prototype.close.call(server, resolve));
  const closeIdle = setInterval(() => server.closeIdleConnections(), 100);
  const closeAll = setTimeout(() => server.closeAllConnections(), timeoutMs);
  await closed;
  clearInterval(closeIdle);
  clearTimeout(closeAll);
}
