import { isIPv4, isIPv6 } from 'node:net';
import { Address4, Address6 } from 'ip-address';

/** A range of IP addresses. */
export interface IpRange {
  version: 4 | 6;
  /** The first address of the range. */
  first: bigint;
  /** The number of bits that all addresses of the range have in common. */
  prefix: number;
}

const bitsOf = { 4: 32, 6: 128 } as const;

/** The bits before an IPv4 address in IPv6 notation, and their number (RFC 4291, section 2.5.5.2). */
const mapped = { bits: 0xffffn, count: 96 };

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
  const longest = bitsOf[version];
  const prefix = digits === undefined ? longest : Number(digits);
  if (prefix > longest) return `must have a prefix of at most ${longest}`;
  const number = (version === 4 ? new Address4(address) : new Address6(address)).bigInt();
  if (version === 4 || number >> 32n !== mapped.bits)
    return toRange({ version, first: number, prefix }, text);
  return prefix < mapped.count
    ? `must have a prefix of at least ${mapped.count}, because it is an IPv4 range in IPv6 notation`
    : toRange({ version: 4, first: number & 0xffff_ffffn, prefix: prefix - mapped.count }, text);
}

function toRange(given: IpRange, text: string): IpRange | string {
  const { version, first, prefix } = given;
  const host = BigInt(bitsOf[version] - prefix);
  const range = { version, first: (first >> host) << host, prefix };
  return range.first === first
    ? range
    : `must begin with the first address of its range; instead of ${text} write ${textOf(range)}, or ${firstOf(given)} for this address alone`;
}

const firstOf = ({ version, first }: IpRange): string =>
  (version === 4 ? Address4 : Address6).fromBigInt(first).correctForm();

/** Returns the canonical CIDR notation of a range, in which IPv6 addresses have the form of RFC 5952. */
export const textOf = (range: IpRange): string => `${firstOf(range)}/${range.prefix}`;

/** Returns whether an address, which is a range of one address, is in a range. */
export const contains = ({ version, first, prefix }: IpRange, address: IpRange): boolean =>
  version === address.version && (first ^ address.first) >> BigInt(bitsOf[version] - prefix) === 0n;
