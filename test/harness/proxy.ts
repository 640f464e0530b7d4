import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';

/** Something between the gateway and its PostgreSQL that can fail as a network does. It begins by passing on. */
export interface DatabaseProxy {
  /** The database's URL by way of the proxy. */
  url: string;
  /** Passes everything on, what has been held back too. */
  pass(): Promise<void>;
  /** Takes no connections, as a server that is down. Those that are open go on. */
  refuse(): Promise<void>;
  /** Takes connections and whatever is sent, and passes on nothing, as a server that hangs. */
  hang(): void;
  /** Ends every connection there is. With `when`, as soon as the gateway sends something that it matches. */
  cut(when?: RegExp): void;
  close(): Promise<void>;
}

/**
 * @param databaseUrl where it passes on to, over TCP or, with the parameter `host`, over a Unix socket
 * @param onSent sees what the gateway sends on each of its connections
 */
export async function createProxy(
  databaseUrl: string,
  onSent: (chunk: Buffer, from: Socket) => void = () => {},
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
        setImmediate(resolve); // the port is given free at once, the event waits for open connections
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
