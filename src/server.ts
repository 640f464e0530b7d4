import { createServer, type RequestListener, type Server } from 'node:http';
import { StartError } from './start-error.js';

/** Listens. @throws StartError when the address cannot be had */
export async function listen(handler: RequestListener, host: string, port: number): Promise<Server> {
  const server = createServer(handler);
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, resolve);
  }).catch((error: NodeJS.ErrnoException) => {
    throw new StartError(`PORT, HOST: cannot listen on ${host}:${port} (${error.code})`);
  });
  return server;
}

/**
 * Takes no more requests and waits for those in flight.
 * @param patience milliseconds; connections that are still open then are cut
 */
export async function drain(server: Server, patience: number): Promise<void> {
  const closed = new Promise((resolve) => server.close(resolve));
  // A connection that is kept alive becomes idle once its answer is out, which close() does not look at again.
  const sweep = setInterval(() => server.closeIdleConnections(), 50);
  const cut = setTimeout(() => server.closeAllConnections(), patience);
  await closed;
  clearInterval(sweep);
  clearTimeout(cut);
}
