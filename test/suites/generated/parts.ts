import fc from 'fast-check';

/** A request as it goes over the wire. */
export interface WireRequest {
  method: string;
  path: string;
  headers: Record<string, string>;
  body?: Buffer;
}

/** A part of a request. A request of good parts alone has to succeed; the other parts can have any value. */
export interface Part<T> {
  value: T;
  good: boolean;
}

/** Generates good parts, except for one in `oneIn`, which is wild. */
export const mostly = <T>(good: fc.Arbitrary<T>, wild: fc.Arbitrary<T>, oneIn: number) =>
  fc.oneof(
    { weight: oneIn - 1, arbitrary: good.map((value): Part<T> => ({ value, good: true })) },
    { weight: 1, arbitrary: wild.map((value): Part<T> => ({ value, good: false })) },
  );

/** Text of any kind: lone surrogates, code points, control characters, and text that looks like code. */
export const wildText = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 120 }),
  fc.string({ unit: 'grapheme', maxLength: 120 }),
  fc.string({ unit: fc.nat({ max: 0xffff }).map((unit) => String.fromCharCode(unit)), maxLength: 20 }),
  fc.string({ unit: fc.constantFrom(...'\u0000\u0001\u001b\u007f\u0085\u200b\u202e\u2028\ufeff\r\n\t ') }),
  fc.constantFrom(
    '',
    ' ',
    '__proto__',
    'constructor',
    'null',
    "'; drop table tenant; --",
    '{{7*7}}',
    '<script>',
    '%00',
    '\\u0000',
    '$1',
    '../../etc/passwd',
  ),
);

/** Generates text that the rule of a line accepts: nothing invisible, and no spaces at its ends. */
export const line = (maxLength: number) =>
  fc.string({ unit: 'grapheme', minLength: 1, maxLength }).map((text) => clean(text, maxLength) || 'x');

const clean = (text: string, maxLength: number) =>
  [
    ...text.replace(
      /[\p{Cc}\p{Cf}\p{Co}\p{Cs}\p{Zl}\p{Zp}\p{DI}\p{NChar}\u2800\ufffc\u{1d159}\u{16fe4}]/gu,
      '',
    ),
  ]
    .slice(0, maxLength)
    .join('')
    .trim();

/** Text that a header can have, which is visible ASCII and the upper half of Latin-1. */
export const headerText = fc
  .string({
    unit: fc
      .integer({ min: 0x20, max: 0xff })
      .map((code) => String.fromCharCode(code === 0x7f ? 0x20 : code)),
    maxLength: 150,
  })
  .map((text) => text.trim());

/** Long text, which may be larger than the limit of a body (100 kB). */
export const hugeText = fc
  .tuple(fc.constantFrom('x', 'ß', '€', '𝒳', '\u0000', '"', ' '), fc.integer({ min: 256, max: 60_000 }))
  .map(([character, length]) => character.repeat(length));

export const inFuture = fc
  .date({ min: new Date('2100-01-01'), max: new Date('9998-12-31'), noInvalidDate: true })
  .map((date) => date.toISOString());

export const wildDate = fc.oneof(
  fc.date({ noInvalidDate: true }).map((date) => date.toISOString()),
  fc.constantFrom(
    '2100-02-30T00:00:00Z',
    '2100-01-01',
    '2100-01-01T24:00:00Z',
    '2100-01-01T00:00:60Z',
    '2100-01-01T00:00:00',
    '2100-01-01T00:00:00+99:00',
    '2100-01-01T00:00:00.123456789Z',
    '2100-01-01t00:00:00z',
    '+275760-09-13T00:00:00.000Z',
    '9999-12-31T23:59:59.999-23:59',
    'Infinity',
    '0',
  ),
  wildText,
);
