import { isIPv4, isIPv6 } from 'node:net';

/**
 * Returns the address that a limit counts: an IPv4 address, or an IPv6 network of size /64. A subscriber has at least
 * such a network (RFC 6177, section 2), and can choose any address in it.
 * @param address as Express reports it, with a port behind some proxies; all invalid addresses count as one
 */
export function networkOf(address: string): string {
  const bare = address.replace(/^\[(.*)\](:\d+)?$/, '$1').replace(/^([\d.]+):\d+$/, '$1');
  const unmapped = bare.replace(/^::ffff:(?=\d+\.)/i, '');
  if (isIPv4(unmapped)) return unmapped;
  if (!isIPv6(unmapped)) return 'unknown';
  // URL converts an address to its canonical form (RFC 5952), and does not accept a zone.
  const { hostname } = new URL(`http://[${unmapped.split('%', 1)[0]}]`);
  const [head = [], tail = []] = hostname.slice(1, -1).split('::').map(groupsOf);
  const zeros = Array(8 - head.length - tail.length).fill('0');
  return `${[...head, ...zeros, ...tail].slice(0, 4).join(':')}::/64`;
}

const groupsOf = (text: string) => (text === '' ? [] : text.split(':'));
