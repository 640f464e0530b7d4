import { BlockList, isIP, isIPv4, isIPv6 } from 'node:net';
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  contains,
  type IpRange,
  readRange,
  textOf,
} from '../../../src/features/service-accounts/ip-range.js';
import { cpuTimeOf } from '../../harness/cpu-time.js';

const read = (text: string): IpRange => {
  const range = readRange(text);
  if (typeof range === 'string') throw new Error(`${text} ${range}`);
  return range;
};

const bits = { 4: 32, 6: 128 } as const;
type Version = keyof typeof bits;

/** Writes a number as an address, with as many digits as possible. */
function write(version: Version, number: bigint): string {
  const hex = number.toString(16).padStart(bits[version] / 4, '0');
  return version === 4
    ? [...hex.matchAll(/../g)].map(([octet]) => Number.parseInt(octet, 16)).join('.')
    : [...hex.matchAll(/..../g)].map(([group]) => group.toUpperCase()).join(':');
}

/** The canonical form, which is that of the host of a URL (WHATWG URL, section 3.5). */
const canonical = (address: string) =>
  isIPv4(address) ? address : new URL(`http://[${address}]`).hostname.slice(1, -1);

const mask = (version: Version, number: bigint, prefix: number) => {
  const host = BigInt(bits[version] - prefix);
  return (number >> host) << host;
};

const number = (version: Version) =>
  fc.oneof(
    fc.bigInt({ min: 0n, max: (1n << BigInt(bits[version])) - 1n }),
    // Runs of zeros, which the canonical form shortens.
    fc
      .array(fc.constantFrom<bigint>(0n, 0n, 1n, 0xffffn), {
        minLength: bits[version] / 16,
        maxLength: bits[version] / 16,
      })
      .map((groups) => groups.reduce((all, group) => (all << 16n) | group, 0n)),
  );

const isMapped = (version: Version, value: bigint) => version === 6 && value >> 32n === 0xffffn;

const version = fc.constantFrom<Version>(4, 6);
const rangeAndNumbers = version.chain((of) =>
  fc.tuple(fc.constant(of), number(of), fc.nat({ max: bits[of] }), fc.array(number(of), { maxLength: 5 })),
);

test('a range is read in its canonical form, contains the addresses that Node finds in it, and no others', () => {
  fc.assert(
    fc.property(rangeAndNumbers, ([of, value, prefix, others]) => {
      fc.pre(!isMapped(of, mask(of, value, prefix)));
      const network = write(of, mask(of, value, prefix));
      const range = read(`${network}/${prefix}`);
      expect(textOf(range)).toBe(`${canonical(network)}/${prefix}`);
      expect(read(textOf(range))).toEqual(range);
      const list = new BlockList();
      list.addSubnet(network, prefix, `ipv${of}`);
      const size = 1n << BigInt(bits[of] - prefix);
      const edges = [range.first - 1n, range.first, range.first + size - 1n, range.first + size];
      const inside = others.map((other) => range.first + (other % size));
      const possible = [...edges, ...inside, ...others].filter(
        (one) => one >= 0n && one >> BigInt(bits[of]) === 0n,
      );
      for (const one of possible.filter((one) => !isMapped(of, one))) {
        const address = write(of, one);
        expect([address, contains(range, read(address))]).toEqual([address, list.check(address, `ipv${of}`)]);
      }
    }),
    { numRuns: 1_000 },
  );
});

test('a range with host bits is rejected, with the range and the address to write instead', () => {
  fc.assert(
    fc.property(rangeAndNumbers, ([of, value, prefix]) => {
      const network = mask(of, value, prefix);
      fc.pre(network !== value && !isMapped(of, value));
      const text = `${write(of, value)}/${prefix}`;
      const range = `${canonical(write(of, network))}/${prefix}`;
      expect(readRange(text)).toBe(
        `must begin with the first address of its range; instead of ${text} write ${range}, or ${canonical(write(of, value))} for this address alone`,
      );
    }),
  );
});

test('an IPv4 range in IPv6 notation is the IPv4 range', () => {
  fc.assert(
    fc.property(number(4), fc.nat({ max: 32 }), (value, prefix) => {
      const address = write(4, mask(4, value, prefix));
      const hexadecimal = write(6, (0xffffn << 32n) | mask(4, value, prefix));
      const range = read(`${address}/${prefix}`);
      expect(read(`::ffff:${address}/${96 + prefix}`)).toEqual(range);
      expect(read(`${hexadecimal}/${96 + prefix}`)).toEqual(range);
    }),
  );
});

test.each([
  ['0.0.0.0/0', '2001:db8::1'],
  ['::/0', '192.0.2.1'],
  ['::/0', '::ffff:192.0.2.1'],
  ['::/96', '0.0.0.1'],
  ['::10.0.0.0/104', '10.0.0.1'],
])('%s does not contain %s, which is an address of the other version', (range, address) => {
  expect(contains(read(range), read(address))).toBe(false);
});

const almost = fc
  .array(fc.constantFrom(...'0123456789abcfxX:::...///%+- []'), { minLength: 1, maxLength: 20 })
  .map((characters) => characters.join(''));

test('no text is read that Node does not take for an address', () => {
  fc.assert(
    fc.property(fc.oneof(almost, fc.string(), fc.ipV4Extended(), fc.ipV6()), (text) => {
      const [address = '', ...more] = text.split('/');
      const isAddress = isIP(address) !== 0 && !(isIPv6(address) && address.includes('%'));
      const isPrefix = more.length === 0 || (more.length === 1 && /^(0|[1-9]\d*)$/.test(more[0] ?? ''));
      if (!isAddress || !isPrefix) expect(typeof readRange(text)).toBe('string');
      else if (more.length === 0) expect(typeof readRange(text)).toBe('object');
    }),
    { numRuns: 5_000 },
  );
});

test('a text of any length is rejected in time', async () => {
  const time = await cpuTimeOf(async () => {
    for (const part of ['1', ':', '.', '/', '%', 'f:', '1.']) readRange(part.repeat(1_000_000));
  });
  expect(time).toBeLessThan(200);
});
