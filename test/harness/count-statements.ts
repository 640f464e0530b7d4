import type { Socket } from 'node:net';

/**
 * Counts the statements that a gateway sends, out of the bytes that it sends (PostgreSQL's frontend/backend protocol,
 * Message Formats): each is a Query, or an Execute of something that was bound.
 */
export function createStatementCounter() {
  const unread = new WeakMap<Socket, Buffer>();
  const counter = {
    count: 0,
    read: (chunk: Buffer, from: Socket): void => {
      const begun = unread.get(from);
      let bytes = begun ? Buffer.concat([begun, chunk]) : chunk;
      // The first message of a connection has no type in front.
      if (!begun) bytes = bytes.subarray(bytes.readInt32BE(0));
      for (let length = 0; bytes.length >= 5; bytes = bytes.subarray(length)) {
        length = 1 + bytes.readInt32BE(1);
        if (bytes.length < length) break;
        if ('QE'.includes(String.fromCharCode(bytes[0] ?? 0))) counter.count++;
      }
      unread.set(from, bytes);
    },
  };
  return counter;
}
