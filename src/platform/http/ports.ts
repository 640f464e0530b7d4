import { type AddressInfo, Server } from 'node:net';
import { StartError } from '../start-error.js';

/** The addresses of the gateway and, if they have their own port, of the metrics. */
export interface Addresses {
  host: string;
  /** The port of the gateway. With 0, the system chooses a free one. */
  port: number;
  metrics: { port: number | undefined };
}

/** An address, and the variable that sets its port. */
interface Address {
  host: string;
  port: number;
  variable: 'PORT' | 'METRICS_PORT';
  /** The other port of the gateway, which the error message must not suggest. */
  other?: number | undefined;
}

/** Makes a server listen. @throws StartError if the address is not available */
export const bind = (server: Server, address: Address): Promise<void> =>
  tryToBind(server, address).catch((error) => explain(error, address));

/**
 * Checks that the gateway can listen on its ports, so that a port that is taken is reported before the database starts.
 * Nothing listens after the check. A client that connects before the gateway is ready is rejected and does not wait.
 * @returns the port of the gateway. The app needs it before it listens, because its tokens contain the port.
 * @throws StartError if an address is not available
 */
export async function checkPorts({ host, metrics, ...addresses }: Addresses): Promise<number> {
  const port = await probe({ host, port: addresses.port, variable: 'PORT', other: metrics.port });
  if (metrics.port !== undefined) {
    await probe({ host, port: metrics.port, variable: 'METRICS_PORT', other: port });
  }
  return port;
}

/** Finds a free port. @throws StartError if the address is not available */
export const findFreePort = (host: string): Promise<number> => probe({ host, port: 0, variable: 'PORT' });

const probe = (address: Address): Promise<number> =>
  listenForAMoment(address).catch((error) => explain(error, address));

/** Listens on an address and stops immediately. @returns the port */
async function listenForAMoment(address: Pick<Address, 'host' | 'port'>): Promise<number> {
  // A client that connects at this moment must not keep the server open.
  const server = new Server((socket) => socket.destroy());
  await tryToBind(server, address);
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

const tryToBind = (server: Server, { host, port }: Pick<Address, 'host' | 'port'>): Promise<void> =>
  new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, resolve);
  });

/** Explains why the gateway cannot listen. If the port is taken, the error suggests the next free port. */
async function explain({ code }: NodeJS.ErrnoException, address: Address): Promise<never> {
  const { host, port, variable } = address;
  const next = code === 'EADDRINUSE' ? await nextFreePort(address) : undefined;
  const remedy = next
    ? `Another program uses this port. If it is a gateway in the same folder, set another DATA_DIR, too. Choose a free port: ${variable}=${next} npm start`
    : 'Choose an address of this host and a free port.';
  throw new StartError(`${variable}, HOST: cannot listen on ${host}:${port} (${code}). ${remedy}`);
}

/** The number of ports that are tried for a suggestion. */
const portsToTry = 20;

async function nextFreePort({ host, port, other }: Address): Promise<number | undefined> {
  const last = Math.min(port + portsToTry, 65_535);
  for (let next = port + 1; next <= last; next++) {
    const free = next !== other && (await listenForAMoment({ host, port: next }).catch(() => undefined));
    if (free) return next;
  }
  return undefined;
}
