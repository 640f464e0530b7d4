import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';

/** An API of a tenant, which listens on loopback. */
export interface ResourceServer {
  /** Calls the API. @returns the status, the challenge, and the body */
  call(token?: string): Promise<{ status: number; challenge: string | null; body: unknown }>;
  close(): Promise<unknown>;
}

export async function startResourceServer(handle: RequestListener): Promise<ResourceServer> {
  const server = createServer(handle).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/orders`;
  return {
    call: async (token) => {
      const headers: Record<string, string> = token ? { authorization: `Bearer ${token}` } : {};
      const response = await fetch(url, { headers });
      const text = await response.text();
      return {
        status: response.status,
        challenge: response.headers.get('www-authenticate'),
        body: response.ok ? JSON.parse(text) : text,
      };
    },
    close: () => once(server.close(), 'close'),
  };
}
