import { createHmac, randomBytes } from 'node:crypto';
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  generateSecret,
  hashSecret,
  hintOf,
  looksLikeSecret,
} from '../../../../src/features/service-accounts/secrets/secret.js';

const alphabet = '0123456789abcdefghijklmnopqrstuvwxyz';

/** Computes CRC-32 bit by bit, as RFC 1952, section 8 describes it. */
function crc32(text: string): number {
  let crc = 0xffffffff;
  for (const byte of Buffer.from(text)) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  }
  return (crc ^ 0xffffffff) >>> 0;
}

const randomParts = fc.string({ unit: fc.constantFrom(...alphabet), minLength: 31, maxLength: 31 });
const secretOf = (random: string) => `sa_secret_${random}${crc32(random).toString(36).padStart(7, '0')}`;

test('secrets have the documented form, and none is like another', () => {
  const secrets = Array.from({ length: 2_000 }, generateSecret);
  for (const secret of secrets) expect(secret).toMatch(/^sa_secret_[0-9a-z]{38}$/);
  expect(new Set(secrets).size).toBe(secrets.length);
});

test('31 characters of 36 are 160 bits or more, and all of them turn up everywhere, equally often', () => {
  expect(31 * Math.log2(alphabet.length)).toBeGreaterThanOrEqual(160);
  const rounds = 7_200;
  const counts = Array.from({ length: 31 }, () => new Map<string, number>());
  for (let round = 0; round < rounds; round++) {
    const random = generateSecret().slice(10, 41);
    counts.forEach((count, place) => {
      const character = random.charAt(place);
      count.set(character, (count.get(character) ?? 0) + 1);
    });
  }
  // About 200 of each character are expected. Seven standard deviations make a false alarm rarer than one in 10^7 runs.
  for (const count of counts) {
    expect([...count.keys()].sort().join('')).toBe(alphabet);
    for (const times of count.values())
      expect(Math.abs(times - rounds / 36)).toBeLessThan(7 * Math.sqrt(200));
  }
});

test('the last seven characters are the CRC-32 of the random ones in base 36', () => {
  for (let round = 0; round < 200; round++) {
    const secret = generateSecret();
    expect(secret).toBe(secretOf(secret.slice(10, 41)));
  }
});

test('whatever has form and checksum is recognized, leading zeros in the checksum included', () => {
  fc.assert(fc.property(randomParts, (random) => looksLikeSecret(secretOf(random))));
  const short = Array.from({ length: 200_000 }, (_, index) => `${index}`.padStart(31, '0')).find(
    (random) => crc32(random) < 36 ** 4,
  );
  expect(secretOf(short ?? '')).toMatch(/000[0-9a-z]{4}$/);
  expect(looksLikeSecret(secretOf(short ?? ''))).toBe(true);
});

test('a change of any one character is noticed', () => {
  fc.assert(
    fc.property(randomParts, (random) => {
      const secret = secretOf(random);
      for (let place = 10; place < secret.length; place++) {
        for (const character of alphabet) {
          if (character === secret[place]) continue;
          expect(looksLikeSecret(secret.slice(0, place) + character + secret.slice(place + 1))).toBe(false);
        }
      }
    }),
    { numRuns: 20 },
  );
});

test('two neighbors that change places are noticed', () => {
  fc.assert(
    fc.property(randomParts, fc.nat(36), (random, at) => {
      const secret = secretOf(random);
      const [one, two] = [secret.charAt(10 + at), secret.charAt(11 + at)];
      fc.pre(one !== two);
      expect(looksLikeSecret(secret.slice(0, 10 + at) + two + one + secret.slice(12 + at))).toBe(false);
    }),
  );
});

test('a text that is no secret is not taken for a secret', () => {
  fc.assert(fc.property(fc.string(), (text) => !looksLikeSecret(text)));
  const secret = generateSecret();
  const others = [
    `${secret} `,
    ` ${secret}`,
    `${secret}\n`,
    secret.toUpperCase(),
    secret.slice(1),
    secret.slice(0, -1),
    `${secret}0`,
    secret.replace('sa_secret_', 'sk_secret_'),
  ];
  expect(others.filter(looksLikeSecret)).toEqual([]);
});

test('the hash is HMAC-SHA-256 under the last pepper, and names its version', () => {
  const bytes = fc.uint8Array({ minLength: 32, maxLength: 64 }).map((array) => Buffer.from(array));
  const peppers = fc.array(fc.record({ version: fc.string(), key: bytes }), { minLength: 1, maxLength: 4 });
  fc.assert(
    fc.property(fc.string(), peppers, (secret, all) => {
      const last = all[all.length - 1] ?? { version: '', key: Buffer.alloc(0) };
      const hash = createHmac('sha256', last.key).update(secret).digest();
      expect(hashSecret(secret, all)).toEqual({ hash, pepperVersion: last.version });
    }),
  );
  expect(() => hashSecret('x', [])).toThrow();
});

test('one secret has another hash under another pepper', () => {
  const [one, two] = [randomBytes(32), randomBytes(32)].map((key) =>
    hashSecret('x', [{ version: 'v1', key }]),
  );
  expect(one?.hash.equals(two?.hash ?? Buffer.alloc(0))).toBe(false);
});

test('the hint is the last four characters, which tell nothing of the random ones', () => {
  const secret = generateSecret();
  expect(hintOf(secret)).toBe(secret.slice(44));
});
