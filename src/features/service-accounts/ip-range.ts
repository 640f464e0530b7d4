import { isIPv4, isIPv6 } from 'node:net';
import { Address4, Address6 } from 'ip-address';

/** A range of IP addresses. */
export interface IpRange {
  /** CIDR notation in its canonical form, which is that of RFC 5952 for IPv6. */
  text: string;
  version: 4 | 6;
  first: bigint;
  last: bigint;
}

/** The number of bits before which an IPv4 address in IPv6 notation begins (RFC 4291, section 2.5.5.2). */
const mappedPrefix = 96;

const notation = /^([\dA-Fa-f:.]{2,45})(?:\/(0|[1-9]\d{0,2}))?$/;

const notRange =
  'must be an IP address or a range in CIDR notation, such as 192.0.2.10, 198.51.100.0/24 or 2001:db8::/32; an IPv4 address has four decimal numbers without leading zeros';

/**
 * Reads a range in CIDR notation (RFC 4632, section 3.1; RFC 4291, section 2.3). An address without a prefix is a range
 * of one address, and an IPv4 range in IPv6 notation becomes an IPv4 range.
 * @returns the range, or what is wrong with the text
 */
export function readRange(text: string): IpRange | string {
  // A zone only means something to one machine (RFC 4007, section 11).
  if (/^[\dA-Fa-f:.]{2,45}%/.test(text)) return 'must not contain a zone, which begins with %';
  const [, address = '', digits] = notation.exec(text) ?? [];
  // Node is stricter than libraries are: a lenient one reads 010.0.0.1 as 8.0.0.1, and 127.1 as 127.0.0.1.
  const version = isIPv4(address) ? 4 : isIPv6(address) ? 6 : undefined;
  if (!version) return notRange;
  const longest = version === 4 ? 32 : 128;
  const prefix = digits === undefined ? longest : Number(digits);
  if (prefix > longest) return `must have a prefix of at most ${longest}`;
  if (version === 4) return toRange(new Address4(`${address}/${prefix}`), version, text);
  if (!new Address6(address).isMapped4()) return toRange(new Address6(`${address}/${prefix}`), version, text);
  return prefix < mappedPrefix
    ? `must have a prefix of at least ${mappedPrefix}, because it is an IPv4 range in IPv6 notation`
    : toRange(new Address6(`${address}/${prefix}`).to4(), 4, text);
}

function toRange(given: Address4 | Address6, version: IpRange['version'], text: string): IpRange | string {
  const start = given.startAddress();
  const range = `${start.correctForm()}/${given.subnetMask}`;
  const first = start.bigInt();
  return given.bigInt() === first
    ? { text: range, version, first, last: given.endAddress().bigInt() }
    : `must begin with the first address of its range; instead of ${text} write ${range}, or ${given.correctForm()} for this address alone`;
}

/** Returns whether an address, which is a range of one address, is in a range. */
export const contains = (range: IpRange, { version, first }: IpRange): boolean =>
  range.version === version && range.first <= first && first <= range.last;
