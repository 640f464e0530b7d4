import type { Socket } from 'node:net';

/**
 * Counts the statements in the bytes that a gateway sends to PostgreSQL (frontend/backend protocol, Message Formats):
 * each statement is a Query message or an Execute message. The lookup of the tenants that a token names is not counted,
 * because the gateway remembers its result for a time. Neither is the statement that sets the limits of a connection,
 * because it depends on the pool when a connection is opened. Tests hold the gateway's intervals (clock.ts),
 * because it reads its keys every ten seconds, which would count, too.
 */
export function createStatementCounter() {
  const unread = new WeakMap<Socket, Buffer>();
  const bound = new WeakMap<Socket, string>();
  const opening = new WeakSet<Socket>();
  const counter = {
    count: 0,
    read: (chunk: Buffer, from: Socket): void => {
      const begun = unread.get(from);
      let bytes = begun ? Buffer.concat([begun, chunk]) : chunk;
      // The first message of a connection has no type before its length.
      if (!begun) bytes = bytes.subarray(bytes.readInt32BE(0));
      for (let length = 0; bytes.length >= 5; bytes = bytes.subarray(length)) {
        length = 1 + bytes.readInt32BE(1);
        if (bytes.length < length) break;
        const type = String.fromCharCode(bytes[0] ?? 0);
        // A Bind message contains the names of a portal and of a prepared statement, each with a zero byte at its end.
        if (type === 'B') bound.set(from, bytes.subarray(5, length).toString('latin1').split('\0')[1] ?? '');
        const isLookup = type === 'E' && bound.get(from)?.startsWith('find-named-tenants');
        if (type === 'P' && bytes.includes('pg_backend_pid() = $1 as direct')) opening.add(from);
        if (!'QE'.includes(type)) continue;
        const isOpening = opening.delete(from);
        if (!isOpening && !isLookup) counter.count++;
      }
      unread.set(from, bytes);
    },
  };
  return counter;
}
