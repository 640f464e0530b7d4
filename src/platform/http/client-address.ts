import type { IncomingMessage } from 'node:http';
import { isIPv4, isIPv6, SocketAddress } from 'node:net';
import proxyAddr from 'proxy-addr';

/** Returns whether the address of a proxy is trusted. @param hop the number of proxies between it and the gateway */
type Trust = (address: string, hop: number) => boolean;

/**
 * Creates the function that finds the address of the client that sent a request. The audit log, the log and the rate
 * limits use the same address. A trusted proxy can forward any text as an address.
 * @returns the canonical address, or null if the text is not an address, such as `unknown`
 */
export const readAddressesBy =
  (trust: Trust) =>
  (request: IncomingMessage): string | null =>
    canonicalAddress(proxyAddr(request, (address, hop) => trust(canonicalAddress(address) ?? address, hop)));

/**
 * Returns an address in its canonical form (RFC 5952). An IPv4 address in IPv6 notation becomes an IPv4 address.
 * Brackets and ports, which some proxies forward, are omitted, and so are zones, which only mean something to one
 * machine.
 * @returns null if the text is not an address
 */
export function canonicalAddress(text = ''): string | null {
  const [, bracketed] = /^\[([^\]]*)\](?::\d{1,5})?$/.exec(text) ?? [];
  const [, withPort] = /^([\d.]+):\d{1,5}$/.exec(text) ?? [];
  const address = bracketed ?? withPort ?? text;
  if (isIPv4(address) && bracketed === undefined) return address;
  if (!isIPv6(address)) return null;
  const [withoutZone = ''] = address.split('%', 1);
  return new SocketAddress({ address: withoutZone, family: 'ipv6' }).address.replace(/^::ffff:(?=\d+\.)/, '');
}
