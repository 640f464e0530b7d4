import { isIPv4, isIPv6 } from 'node:net';

/**
 * Returns what is counted as one address: an IPv4 address, or a /64 network of IPv6, which is the least that one
 * subscriber has (RFC 6177, section 2) and can choose addresses from.
 * @param address as Express reports it; some proxies add a port, and all texts that are no address count as one
 */
export function networkOf(address: string): string {
  const bare = address.replace(/^\[(.*)\](:\d+)?$/, '$1').replace(/^([\d.]+):\d+$/, '$1');
  const unmapped = bare.replace(/^::ffff:(?=\d+\.)/i, '');
  if (isIPv4(unmapped)) return unmapped;
  if (!isIPv6(unmapped)) return 'unknown';
  // URL writes an address in its canonical form (RFC 5952), and accepts no zone.
  const { hostname } = new URL(`http://[${unmapped.split('%', 1)[0]}]`);
  const [head = [], tail = []] = hostname.slice(1, -1).split('::').map(groupsOf);
  const zeros = Array(8 - head.length - tail.length).fill('0');
  return `${[...head, ...zeros, ...tail].slice(0, 4).join(':')}::/64`;
}

const groupsOf = (text: string) => (text === '' ? [] : text.split(':'));
