import { once } from 'node:events';
import { createServer, request as send } from 'node:http';

/** A request that a page's commands have sent, with the response to it. */
export interface Exchange {
  request: string;
  status: number;
  /** The body, parsed if it is JSON. */
  body: unknown;
}

export interface Recorder {
  /** The exchanges in the order in which their responses have ended. */
  exchanges: Exchange[];
  close(): Promise<void>;
}

/**
 * Forwards requests from the commands to the gateway, and records every response, even if its command prints nothing.
 * @param port where it listens
 * @param target the port of the gateway
 */
export async function startRecorder(port: number, target: number): Promise<Recorder> {
  const exchanges: Exchange[] = [];
  const server = createServer((request, response) => {
    const { method, url, headers } = request;
    const onward = send({ host: '127.0.0.1', port: target, method, path: url, headers, agent: false });
    request.pipe(onward);
    onward.on('error', () => response.destroy());
    onward.on('response', (reply) => {
      const { statusCode: status = 0 } = reply;
      const { connection: _hop, ...rest } = reply.headers;
      const chunks: Buffer[] = [];
      response.writeHead(status, rest);
      reply.on('data', (chunk) => {
        chunks.push(chunk);
        response.write(chunk);
      });
      reply.on('error', () => response.destroy());
      reply.on('end', () => {
        exchanges.push({ request: `${method} ${url}`, status, body: parse(`${Buffer.concat(chunks)}`) });
        response.end();
      });
    });
  });
  await once(server.listen(port, '127.0.0.1'), 'listening');
  return {
    exchanges,
    close: async () => {
      server.closeAllConnections();
      await once(server.close(), 'close');
    },
  };
}

/** Parses a text as JSON. @returns the text if it is something else */
export function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
