import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface KeyServer {
  url: string;
  /** The number of requests so far. */
  hits: number;
  /** Answers requests. A test can replace it at any time. */
  answer: RequestListener;
  close(): Promise<void>;
}

export const json =
  (body: unknown): RequestListener =>
  (_request, response) => {
    response.setHeader('content-type', 'application/json').end(JSON.stringify(body));
  };

/** Starts the key server of an issuer on this machine. */
export async function startKeyServer(answer: RequestListener): Promise<KeyServer> {
  const server = createServer((request, response) => {
    keyServer.hits++;
    keyServer.answer(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const keyServer: KeyServer = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/keys`,
    hits: 0,
    answer,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return keyServer;
}
