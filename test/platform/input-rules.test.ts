import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { compose, line, lines, normalizeSearch } from '../../src/platform/input-rules.js';
import { cpuTimeOf } from '../harness/cpu-time.js';

const marks = 'a\u0315\u0300'.repeat(5);

test('a text is composed', () => {
  expect(compose('Cafe\u0301', 100)).toBe('Caf\u00e9');
  expect(normalizeSearch(' cafe\u0301 ')).toBe('caf\u00e9');
  expect(compose(marks, 100)).not.toBe(marks);
});

test('a text that is too long is not composed, because that takes seconds', () => {
  const long = 'a\u0315\u0300'.repeat(100);
  expect(compose(long, 100)).toBe(long);
  expect(normalizeSearch(long)).toBe(long);
});

const rules = { line: line(1, 255), lines: lines(1000) };
const accepts = (text: string) =>
  Object.fromEntries(Object.entries(rules).map(([name, rule]) => [name, rule.safeParse(text).success]));

test.each([
  ['Persian, a verb with its prefix', '\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645'],
  ['Persian, a plural', '\u06a9\u062a\u0627\u0628\u200c\u0647\u0627'],
  ['Persian, a digit and its suffix', '\u06f1\u06f0\u200c\u0627\u0645'],
  ['Persian, with vowels', '\u0645\u06cc\u064e\u200c\u0631\u0648\u062f'],
  ['Hindi, a half form', '\u0915\u094d\u200d\u0937'],
  ['Hindi, without a ligature', '\u0915\u094d\u200c\u0937'],
  ['Sinhala', '\u0dc1\u0dca\u200d\u0dbb\u0dd3'],
  ['Malayalam', '\u0d28\u0d4d\u200d\u0d2e'],
  ['Hebrew with points', '\u05e9\u05b8\u05c1\u05dc\u05d5\u05b9\u05dd'],
  ['Arabic with vowels', '\u0645\u064f\u062d\u064e\u0645\u0651\u064e\u062f'],
  ['Hebrew with a mark before punctuation', '\u05e9\u05dc\u05d5\u05dd\u200f! (a)'],
  ['a mark before Hebrew', '(\u200f\u05d0)'],
  ['an Arabic letter mark', '\u0639\u061c1'],
  ['a mark between a word with punctuation and Hebrew', 'C++\u200e \u05d0\u05d1'],
  ['a mark between Hebrew and a word with punctuation', '\u05d0\u05d1 \u200e.NET'],
  ['a mark after the punctuation of Hebrew, before a Latin word', '\u05e9\u05dc\u05d5\u05dd!\u200f hello'],
  ['a mark after the parentheses of Arabic', '\u0645(\u062e)\u200f \u0645'],
  ['two words in Braille', '\u2813\u2811\u2800\u2817\u2815'],
  ['an accent in a separate character', 'e\u0301'],
  ['Vietnamese', 'Vi\u1ec7t Nam'],
  ['Thai', '\u0e19\u0e49\u0e33'],
  ['a family', '\u{1f469}\u200d\u{1f469}\u200d\u{1f467}\u200d\u{1f466}'],
  ['a profession with a skin tone', '\u{1f469}\u{1f3fd}\u200d\u{1f4bb}'],
  ['a rainbow flag', '\u{1f3f3}\ufe0f\u200d\u{1f308}'],
  ['a pirate flag', '\u{1f3f4}\u200d\u2620\ufe0f'],
  ['a heart in color', '\u2764\ufe0f'],
  ['the flag of a country', '\u{1f1e9}\u{1f1ea}'],
  ['the flag of Scotland', '\u{1f3f4}\u{e0067}\u{e0062}\u{e0073}\u{e0063}\u{e0074}\u{e007f}'],
  ['keycaps', '1\ufe0f\u20e3 #\ufe0f\u20e3 *\ufe0f\u20e3'],
])('is accepted: %s', (_what, text) => {
  expect(accepts(text)).toEqual({ line: true, lines: true });
  expect(accepts(`a ${text} z`)).toEqual({ line: true, lines: true });
});

test.each([
  ['a joiner between Latin letters', 'a\u200db'],
  ['a non-joiner between Latin letters', 'a\u200cb'],
  ['a joiner between Cyrillic letters', '\u0430\u200d\u0431'],
  ['a joiner between Chinese characters', '\u6f22\u200d\u5b57'],
  ['a joiner between scripts', '\u06cc\u200da'],
  ['a joiner at the start', '\u200d\u0645'],
  ['a joiner at the end', '\u0915\u094d\u200d'],
  ['a non-joiner at the end', '\u0645\u06cc\u200c'],
  ['a non-joiner before a space', '\u0645\u06cc\u200c \u062e'],
  ['a non-joiner before a line break', '\u0645\u06cc\u200c\n\u062e'],
  ['two joiners', '\u0645\u200c\u200c\u062e'],
  ['a joiner after an emoji at the end', '\u{1f469}\u200d'],
  ['two joiners in an emoji', '\u{1f469}\u200d\u200d\u{1f469}'],
  ['a joiner between an emoji and a letter', '\u{1f469}\u200da'],
  ['a directional mark between Latin letters', 'a\u200eb'],
  ['a directional mark at the end', '\u05d0\u200f'],
  ['a directional mark at the start', '\u200f\u05d0'],
  ['two directional marks', '\u05d0\u200f\u200f\u05d1'],
  ['a left-to-right mark between Hebrew letters', '\u05d0\u200e\u05d1'],
  ['a right-to-left mark between Hebrew letters', '\u05d0\u200f\u05d1'],
  ['an Arabic letter mark between Arabic letters', '\u0645\u061c\u062e'],
  ['a left-to-right mark between Hebrew words', '\u05d0\u200e \u05d1'],
  ['a left-to-right mark between hyphenated Hebrew words', '\u05d0\u200e-\u05d1'],
  ['a right-to-left mark before a digit', '\u0639\u200f1'],
  ['a directional mark before a number', '\u05d0!\u200f-12-34'],
  ['a right-to-left mark between a sign and a number', '\u0639\u200f-12'],
  ['an empty Braille pattern', 'a\u2800'],
  ['an object without a form', 'a\ufffcb'],
  ['a noncharacter', 'a\uffffb'],
  ['a directional mark after a joiner', '\u0645\u200c\u200f\u062e'],
  ['an override', '\u05d0\u202e\u05d1'],
  ['an embedding', '\u05d0\u202b\u05d1'],
  ['an isolate', '\u05d0\u2067\u05d1\u2069'],
  ['a zero-width space', '\u0645\u200b\u062e'],
  ['a word joiner', 'a\u2060b'],
  ['a soft hyphen', 'a\u00adb'],
  ['a grapheme joiner', '\u05d0\u034f\u05b8'],
  ['a Hangul filler', 'a\u3164b'],
  ['tags without a flag', 'a\u{e0067}\u{e0062}\u{e0073}\u{e007f}'],
  ['tags without an end', '\u{1f3f4}\u{e0067}\u{e0062}\u{e0073}'],
  ['tags of any length', `\u{1f3f4}${'\u{e0067}'.repeat(20)}\u{e007f}`],
  ['a colored letter', 'a\ufe0f'],
  ['a colored digit that is no keycap', '1\ufe0f'],
])('is refused: %s', (_what, text) => {
  expect(accepts(text)).toEqual({ line: false, lines: false });
});

const unit = fc.constantFrom(
  ...'a1#\u0430\u0645\u06cc\u0915\u094d\u05d0\u05b8 .\u200c\u200d\u200e\u200f\u061c\ufe0f\u20e3\u{1f469}\u{1f3fd}\u{1f3f4}\u{e0067}\u{e007f}',
);
const accepted = fc
  .array(unit, { minLength: 1, maxLength: 12 })
  .map((all) => all.join(''))
  .filter((text) => rules.line.safeParse(text).success);
const isInvisible = (char: string | undefined) => /[\p{Cf}\p{DI}]/u.test(char ?? '');

test('an accepted text begins and ends with something visible, but for what colors an emoji or ends a flag', () => {
  fc.assert(
    fc.property(accepted, (text) => {
      const chars = [...text];
      expect(isInvisible(chars[0])).toBe(false);
      expect(isInvisible(chars.at(-1)) && !/[\ufe0f\u{e007f}]$/u.test(text)).toBe(false);
    }),
    { numRuns: 2_000 },
  );
});

test('in an accepted text, joiners and marks stand one by one', () => {
  fc.assert(
    fc.property(accepted, (text) => {
      expect(text).not.toMatch(/(?:\u200c|\u200d|\u200e|\u200f|\u061c){2}/u);
    }),
    { numRuns: 2_000 },
  );
});

test('a text without its invisible characters is accepted, too', () => {
  fc.assert(
    fc.property(accepted, (text) => {
      expect(rules.line.safeParse(text.replace(/[\p{Cf}\p{DI}]/gu, '')).success).toBe(true);
    }),
    { numRuns: 2_000 },
  );
});

test('a text of the maximum length with as many joiners as possible is checked in no time', () => {
  const start = process.cpuUsage();
  rules.lines.safeParse(`\u0645${'\u200c\u0645'.repeat(499)}`);
  rules.lines.safeParse('\u{1f469}\u200d'.repeat(500));
  const { user } = process.cpuUsage(start);
  expect(user).toBeLessThan(500_000);
});

test.each([
  '+',
  'a',
  '\u05d0',
  '\u0645\u200c',
  '\u05d0!\u200f',
  'C++\u200e\u05d0',
  '\u{1f469}\u200d',
  '\u05d0\u200e++',
  '\u05d0-',
])('a text takes little time, also if it is too long: %s', async (part) => {
  const time = await cpuTimeOf(async () => {
    for (const end of ['', '\u200e', '\u200f', '\u200d'])
      for (const length of [255, 1_000, 50_000]) accepts(part.repeat(length / part.length) + end);
  });
  expect(time).toBeLessThan(200);
});
