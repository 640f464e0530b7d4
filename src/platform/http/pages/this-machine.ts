import type { Request } from 'express';

const loopbackHost = /^(localhost|127(\.\d{1,3}){3}|\[::1\])(:\d{1,5})?$/i;
const loopbackAddress = /^(::1|(::ffff:)?127(\.\d{1,3}){3})$/i;

/** Headers that reverse proxies and tunnels add to the requests that they forward. */
const proxyHeaders = ['forwarded', 'x-forwarded-for', 'x-forwarded-host', 'x-real-ip', 'via'];

/** The token and the tenant with which somebody can try the gateway. */
export interface Credentials {
  token: string;
  tenant: string;
}

/**
 * Tells whether the person behind a request sits at this machine, so that a token may be shown.
 *
 * The peer address alone is not enough. A foreign site can let its name point to 127.0.0.1 (DNS rebinding) and read
 * what its visitor's browser gets here; the Host header then has the foreign name. A tunnel on this machine connects
 * from 127.0.0.1 on behalf of people elsewhere, and some tunnels write `localhost` into the Host header.
 */
export function isFromThisMachine({ headers, socket }: Request): boolean {
  return (
    loopbackAddress.test(socket.remoteAddress ?? '') &&
    loopbackHost.test(headers.host ?? '') &&
    !proxyHeaders.some((name) => name in headers)
  );
}
