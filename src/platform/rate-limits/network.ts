import { isIPv4 } from 'node:net';

/**
 * Returns what a limit counts as one address: an IPv4 address, or an IPv6 network of size /64. A subscriber has at
 * least such a network (RFC 6177, section 2), and can choose any address in it.
 * @param address in its canonical form; null, which stands for everything that is not an address, counts as one address
 */
export function networkOf(address: string | null): string {
  if (address === null) return 'unknown';
  if (isIPv4(address)) return address;
  // URL writes an address in groups only, even if it ends with an IPv4 address.
  const { hostname } = new URL(`http://[${address}]`);
  const [head = [], tail = []] = hostname.slice(1, -1).split('::').map(groupsOf);
  const zeros = Array(8 - head.length - tail.length).fill('0');
  return `${[...head, ...zeros, ...tail].slice(0, 4).join(':')}::/64`;
}

const groupsOf = (text: string) => (text === '' ? [] : text.split(':'));
