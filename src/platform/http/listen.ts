import { createServer, type RequestListener, type Server } from 'node:http';
import { Server as NetServer } from 'node:net';
import { StartError } from '../start-error.js';
import { type Exchanges, trackExchanges } from './exchanges.js';
import { continueUnlessTooMuch } from './expect-continue.js';
import { refuseMalformed, refuseUnreadable } from './malformed.js';
import { boundPipelines } from './pipelines.js';

/** All headers and the URL, in bytes: a token of 8 kB has room. Whatever node's own default becomes. */
const maxHeaderSize = 16 * 1024;

/** How long a client may take for what, in milliseconds, and how many connections there may be. */
export const serverLimits = {
  /** Headers come in a packet or two. Who drips them is only here to hold a connection. */
  headersTimeout: 10_000,
  /** For all of a request. A body has 100 kB, which a slow phone sends in ten seconds. */
  requestTimeout: 30_000,
  /** How often node looks for what is past these two. */
  connectionsCheckingInterval: 2_000,
  /** Longer than proxies keep theirs (60 s by default on AWS, nginx): who closes first loses no request. */
  keepAliveTimeout: 65_000,
  /** Nothing has been sent or read for so long: the client does not take its answer. */
  idleTimeout: 60_000,
  /** Some 20 kB each. Beyond these, a new one is closed at once. */
  maxConnections: 10_000,
};

export type TrackedServer = Server & { exchanges: Exchanges };

/**
 * Listens.
 * @param settings that tell where
 * @throws StartError when the address cannot be had
 */
export async function listen(
  handler: RequestListener,
  host: string,
  port: number,
  { idleTimeout, maxConnections, ...timeouts } = serverLimits,
  settings = 'PORT, HOST',
): Promise<TrackedServer> {
  // A request without a host is answered by the app, in its envelope.
  const server = createServer({ ...timeouts, maxHeaderSize, requireHostHeader: false });
  server.timeout = idleTimeout;
  server.maxConnections = maxConnections;
  // Node would leave out what is beyond its 2,000 headers and say nothing: what a proxy adds at the end, such as
  // the address of the caller. Their size has a limit as it is.
  server.maxHeadersCount = 0;
  const exchanges = trackExchanges(server);
  server.on('request', boundPipelines(exchanges, refuseUnreadable(handler)));
  refuseMalformed(server, exchanges);
  continueUnlessTooMuch(server);
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, resolve);
  }).catch((error: NodeJS.ErrnoException) => {
    throw new StartError(`${settings}: cannot listen on ${host}:${port} (${error.code})`);
  });
  return Object.assign(server, { exchanges });
}

interface Served {
  handle: RequestListener;
  metrics: { page?: RequestListener | undefined; watch(server: Server): void };
}

interface Places {
  host: string;
  port: number;
  metrics: { port: number | undefined };
}

/**
 * Listens for an app and, if they have a port of their own, for its metrics.
 * @returns the app's server first
 * @throws StartError when an address cannot be had; nothing listens then
 */
export async function listenAll(
  { handle, metrics }: Served,
  places: Places,
): Promise<[TrackedServer, ...TrackedServer[]]> {
  const { host, port } = places;
  const server = await listen(handle, host, port);
  metrics.watch(server);
  if (!metrics.page || places.metrics.port === undefined) return [server];
  try {
    const page = await listen(metrics.page, host, places.metrics.port, serverLimits, 'METRICS_PORT, HOST');
    return [server, page];
  } catch (error) {
    await drain(server, 0);
    throw error;
  }
}

/**
 * Takes no more connections and waits for the requests in flight. Those that still come on a connection that was
 * kept are answered; each answer ends its connection and says so, so that no client sends another one on it.
 *
 * What is left is a race of HTTP itself (RFC 9112, section 9.5): a connection on which nothing has come for a
 * while is closed, and a request may be on its way to it.
 * @param patience milliseconds; connections that are still open then are cut
 */
export async function drain(server: TrackedServer, patience: number): Promise<void> {
  server.exchanges.endConnections();
  // That of http closes what is idle at once, such as the connections of clients between two requests.
  const closed = new Promise((resolve) => NetServer.prototype.close.call(server, resolve));
  const sweep = setInterval(() => server.closeIdleConnections(), 100);
  const cut = setTimeout(() => server.closeAllConnections(), patience);
  await closed;
  clearInterval(sweep);
  clearTimeout(cut);
}
