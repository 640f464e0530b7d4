import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';

/** A proxy between the gateway and its PostgreSQL that can fail as a network does. At first it passes everything on. */
export interface DatabaseProxy {
  /** The URL of the database through the proxy. */
  url: string;
  /** Passes everything on, including the bytes that it has held back. */
  pass(): Promise<void>;
  /** Refuses new connections, as a server that is down. Open connections continue. */
  refuse(): Promise<void>;
  /** Accepts connections and bytes, and passes on nothing, as a server that hangs. */
  hang(): void;
  /** Closes all connections: immediately, or as soon as the gateway sends something that matches `when`. */
  cut(when?: RegExp): void;
  close(): Promise<void>;
}

/**
 * Starts a proxy on loopback.
 * @param databaseUrl the server behind the proxy, over TCP or, with the parameter `host`, over a Unix socket
 * @param onSent receives what the gateway sends on each of its connections
 * @param change changes what PostgreSQL sends
 */
export async function createProxy(
  databaseUrl: string,
  onSent: (chunk: Buffer, from: Socket) => void = () => {},
  change: (chunk: Buffer) => void = () => {},
): Promise<DatabaseProxy> {
  const target = new URL(databaseUrl);
  const folder = target.searchParams.get('host');
  const address = folder
    ? { path: `${folder}/.s.PGSQL.${target.port || 5432}` }
    : { host: target.hostname, port: Number(target.port || 5432) };
  const sockets = new Set<Socket>();
  let hanging = false;
  let cutWhen: RegExp | undefined;

  const cut = () => {
    cutWhen = undefined;
    for (const socket of sockets) socket.destroy();
  };
  const server = createServer((client) => {
    const upstream = connect(address);
    const ends: [Socket, Socket][] = [
      [client, upstream],
      [upstream, client],
    ];
    for (const [from, to] of ends) {
      sockets.add(from);
      from.on('error', () => {});
      from.on('close', () => {
        sockets.delete(from);
        to.destroy();
      });
      from.on('data', (chunk) => {
        if (from === client) onSent(chunk, client);
        else change(chunk);
        if (from === client && cutWhen?.test(chunk.toString('latin1'))) cut();
        else to.write(chunk);
      });
      if (hanging) from.pause();
    }
  });
  const port = await listenOn(server, 0);

  const url = new URL(databaseUrl);
  url.searchParams.delete('host');
  url.hostname = '127.0.0.1';
  url.port = `${port}`;
  return {
    url: url.href,
    pass: async () => {
      hanging = false;
      cutWhen = undefined;
      for (const socket of sockets) socket.resume();
      if (!server.listening) await listenOn(server, port);
    },
    refuse: async () => {
      await new Promise<void>((resolve) => {
        server.close();
        setImmediate(resolve); // The port is free immediately, while the close event waits for open connections.
      });
    },
    hang: () => {
      hanging = true;
      for (const socket of sockets) socket.pause();
    },
    cut: (when) => {
      if (when) cutWhen = when;
      else cut();
    },
    close: async () => {
      if (server.listening) server.close();
      cut();
    },
  };
}

async function listenOn(server: Server, port: number): Promise<number> {
  await once(server.listen(port, '127.0.0.1'), 'listening');
  return (server.address() as AddressInfo).port;
}
