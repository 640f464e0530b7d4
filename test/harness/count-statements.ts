import type { Socket } from 'node:net';

/**
 * Counts the statements in the bytes that a gateway sends to PostgreSQL (frontend/backend protocol, Message Formats):
 * each statement is a Query message or an Execute message.
 */
export function createStatementCounter() {
  const unread = new WeakMap<Socket, Buffer>();
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
        if ('QE'.includes(String.fromCharCode(bytes[0] ?? 0))) counter.count++;
      }
      unread.set(from, bytes);
    },
  };
  return counter;
}
