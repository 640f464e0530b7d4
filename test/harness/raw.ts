import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Answer } from './gateway.js';

/** A connection whose bytes the test writes itself. */
export interface Raw {
  socket: Socket;
  /** Returns all text that the gateway has sent so far. */
  text(): string;
  /** Waits until the gateway closes the connection, or for a number of milliseconds. @returns whether it did */
  closed(timeoutMs: number): Promise<boolean>;
}

export async function openRaw(url: string): Promise<Raw> {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  await once(socket, 'connect');
  let text = '';
  socket.setEncoding('latin1').on('data', (chunk) => {
    text += chunk;
  });
  // Many tests expect the gateway to reset the connection while they still write.
  socket.on('error', () => {});
  const closing = new Promise((resolve) => socket.once('close', resolve));
  return {
    socket,
    text: () => text,
    closed: async (timeoutMs) => {
      const waiting = new AbortController();
      const late = sleep(timeoutMs, undefined, { signal: waiting.signal }).catch(() => {});
      await Promise.race([closing, late]);
      waiting.abort();
      return socket.closed;
    },
  };
}

/** Sends these bytes and reads until the gateway closes the connection, which the request should ask for. */
export async function sendRaw(url: string, bytes: string | Buffer, timeoutMs = 5_000): Promise<Answer> {
  const raw = await openRaw(url);
  raw.socket.write(bytes);
  const closed = await raw.closed(timeoutMs);
  raw.socket.destroy();
  if (!closed) throw new Error(`the connection is still open; it had: ${raw.text()}`);
  return parseAnswer(raw.text());
}

/** Parses the first answer in the text that a connection has received. Its status is 0 when there is no answer. */
export function parseAnswer(text: string): Answer {
  const [head = '', ...bodies] = text.split('\r\n\r\n');
  const [first = '', ...lines] = head.split('\r\n');
  const body = bodies.join('\r\n\r\n');
  const fields = lines.map((line) => line.split(/:\s*(.*)/s).slice(0, 2) as [string, string]);
  const headers = new Headers(fields);
  const isJson = /json/.test(headers.get('content-type') ?? '') && body !== '';
  return {
    status: Number(/^HTTP\/1\.1 (\d{3})/.exec(first)?.[1] ?? 0),
    headers,
    body: isJson ? JSON.parse(Buffer.from(body, 'latin1').toString()) : body,
  };
}
