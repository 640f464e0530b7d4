import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type NetConnectOpts, type Socket } from 'node:net';

/** A proxy that acts like a breaking network: it passes connections on, and cuts some of them in the middle. */
export interface Cutter {
  port: number;
  /** Whether connections are cut at present. */
  isCutting: boolean;
  /** The number of connections that were cut. */
  cuts: number;
  close(): Promise<void>;
}

interface Plan {
  /** The number of bytes to the server before the cut. */
  up: number;
  /** The number of bytes from the server before the cut. With 0 requests arrive as a whole, and answers not at all. */
  down: number;
}

/** Starts a cutter. @param reach the most bytes that a connection may carry before it is cut */
export async function startCutter(target: NetConnectOpts, reach: number): Promise<Cutter> {
  const open = new Set<() => void>();
  const cutter: Cutter = {
    port: 0,
    isCutting: false,
    cuts: 0,
    close: async () => {
      server.close();
      for (const end of open) end();
    },
  };
  const server = createServer((client) => {
    const upstream = connect(target);
    const end = () => {
      client.destroy();
      upstream.destroy();
      open.delete(end);
    };
    open.add(end);
    const cut = () => {
      cutter.cuts += 1;
      end();
    };
    const plan = choosePlan(reach);
    pipe(cutter, client, upstream, plan.up, cut);
    pipe(cutter, upstream, client, plan.down, cut);
    for (const socket of [client, upstream]) socket.on('error', end).on('close', end);
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  cutter.port = (server.address() as AddressInfo).port;
  return cutter;
}

/**
 * Chooses the direction and the byte of a cut. Every fourth plan cuts before the first byte of an answer, and every
 * fourth cuts late. Without a cut, the gateway could use such a connection alone, and meet no further cuts.
 */
function choosePlan(reach: number): Plan {
  const never = Number.POSITIVE_INFINITY;
  const some = Math.floor(Math.random() * reach);
  const kinds: Plan[] = [
    { up: some, down: never },
    { up: never, down: some },
    { up: never, down: 0 },
    { up: some + 5 * reach, down: never },
  ];
  return kinds[Math.floor(Math.random() * kinds.length)] as Plan;
}

/** Passes bytes on until the cut. Bytes that pass while `isCutting` is false do not count. */
function pipe(cutter: Cutter, from: Socket, to: Socket, after: number, cut: () => void): void {
  let left = after;
  from.on('data', (chunk: Buffer) => {
    if (!cutter.isCutting || chunk.length <= left) {
      if (cutter.isCutting) left -= chunk.length;
      to.write(chunk);
      return;
    }
    if (left === 0) cut();
    else to.write(chunk.subarray(0, left), cut);
    left = 0;
  });
}
