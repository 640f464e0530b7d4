import type { Request } from 'express';

const loopbackHost = /^(localhost|127(\.\d{1,3}){3}|\[::1\])(:\d{1,5})?$/i;
const loopbackAddress = /^(::1|(::ffff:)?127(\.\d{1,3}){3})$/i;

/** Headers that reverse proxies and tunnels add to forwarded requests. */
const proxyHeaders = ['forwarded', 'x-forwarded-for', 'x-forwarded-host', 'x-real-ip', 'via'];

/**
 * Returns whether the person who sends a request uses this machine. It is a second line of defense: a program on this
 * machine that forwards connections passes.
 *
 * The peer address alone is not sufficient. A malicious site can make its host name resolve to 127.0.0.1 (DNS
 * rebinding), and then read the response in its visitor's browser. In this case the Host header contains the malicious
 * name. A tunnel on this machine connects from 127.0.0.1 for people elsewhere, and some tunnels send `localhost` in the
 * Host header.
 */
export function isFromThisMachine({ headers, socket }: Request): boolean {
  return (
    loopbackAddress.test(socket.remoteAddress ?? '') &&
    loopbackHost.test(headers.host ?? '') &&
    !proxyHeaders.some((name) => name in headers)
  );
}

/** Returns whether a page of this gateway sends a request, or a program that is no browser. */
export function isOfSameOrigin({ headers }: Request): boolean {
  const { origin, host, 'sec-fetch-site': site = 'same-origin' } = headers;
  const isOwn =
    origin === undefined || (URL.canParse(origin) && new URL(origin).host === host?.toLowerCase());
  return isOwn && site === 'same-origin';
}
