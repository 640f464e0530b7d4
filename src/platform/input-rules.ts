import { z } from 'zod';
import { longestTokenLifetime, shortestTokenLifetime } from './auth/access-token-settings.js';
import { invalidField } from './errors.js';
import { joiner, ofScripts, rightToLeft } from './scripts.js';

const hasLength = (min: number, max: number) => (text: string) => {
  const length = [...text].length;
  return length >= min && length <= max;
};

const text = (min: number, max: number) =>
  z.string('must not be null').refine(hasLength(min, max), {
    // A text that is too long is not matched with a pattern, which could take long.
    abort: true,
    error: min > 0 ? `must be ${min} to ${max} characters long` : `must be at most ${max} characters long`,
  });

/** Symbols without a visible form: an empty Braille pattern, an object, an empty notehead and a filler. */
const blank = String.raw`\u2800\ufffc\u{1d159}\u{16fe4}`;

/** A visible character or a space: none of the characters that format, fill or control text. */
const visible = String.raw`[^\p{Cc}\p{Cf}\p{Co}\p{Cs}\p{Zl}\p{Zp}\p{DI}\p{NChar}${blank}]`;
const visibleInLines = String.raw`[^\p{Cc}\p{Cf}\p{Co}\p{Cs}\p{DI}\p{NChar}${blank}]`;
const sign = String.raw`[\p{P}\p{S}]`;

const rightToLeftLetter = String.raw`(?:(?=${ofScripts(rightToLeft)})[\p{L}\p{M}\p{Nd}])`;
const leftToRightLetter = String.raw`(?:(?!${ofScripts(rightToLeft)})\p{L})`;
/** No digit comes before the next letter. */
const notBeforeNumber = String.raw`(?![^\p{L}]*\p{Nd})`;

/**
 * The invisible characters that belong to visible text at these places. They are never beside each other except in
 * emoji. Elsewhere they would make two texts that look the same differ.
 *
 * A directional mark moves punctuation: U+200F and U+061C the punctuation of a word from right to left, and U+200E that
 * of a word like "C++". Between letters, marks would reorder them, as embeddings, overrides and isolates do (Unicode
 * Technical Report 36, section 2.5), and before digits they would reorder numbers. Each pattern begins with its mark,
 * because a pattern that begins with a lookbehind would be tried at every position of a text.
 */
const places = [
  joiner,
  String.raw`[\u200f\u061c]${notBeforeNumber}(?<=${rightToLeftLetter}${sign}{1,8}.)(?=${visible})`,
  String.raw`[\u200f\u061c]${notBeforeNumber}(?<=${rightToLeftLetter}.)(?=${sign})`,
  String.raw`[\u200f\u061c](?<=${sign}.)(?=${rightToLeftLetter})`,
  String.raw`\u061c(?<=[\p{L}\p{M}]\u061c)(?<=${ofScripts(['Arab'])}\u061c)(?=\p{Nd})`,
  String.raw`\u200e(?<=${leftToRightLetter}${sign}{1,8}\u200e)(?=[,;:]? ?${rightToLeftLetter})`,
  String.raw`\u200e(?<=${rightToLeftLetter} ?\u200e)(?=${sign}{1,8}${leftToRightLetter})`,
  // Emoji (UTS 51): a colored symbol, and a keycap.
  String.raw`(?<=\p{ExtPict})\ufe0f`,
  String.raw`(?<=[0-9#*])\ufe0f(?=\u20e3)`,
  // The space between two words in Braille.
  String.raw`(?<=[\u2801-\u28ff])\u2800(?=[\u2801-\u28ff])`,
].join('|');
/** The flag of a region (UTS 51). */
const tags = String.raw`(?<=\u{1f3f4})[\u{e0030}-\u{e0039}\u{e0061}-\u{e007a}]{3,6}\u{e007f}`;
// Several patterns can match at one place. A lookahead is not tried again, so a text is still matched in one way only.
const invisible = String.raw`(?=${places})[\u200c-\u200f\u061c\ufe0f\u2800]|${tags}`;

const linePattern = new RegExp(String.raw`^(?!\s)(?:${visible}|${invisible})*(?<!\s)$`, 'u');
const linesPattern = new RegExp(String.raw`^(?:[\n\r\t]|${visibleInLines}|${invisible})*$`, 'u');

/**
 * Creates the rule for a single-line text that cannot mislead its readers. It rejects control and private-use
 * characters, lone surrogates, line breaks, and spaces at the start or end (Unicode Technical Report 36, section 2). It
 * also rejects invisible characters (UAX 44, Default_Ignorable_Code_Point), except where `invisible` allows them.
 * @param min in Unicode characters
 * @param max in Unicode characters
 */
export const line = (min: number, max: number) =>
  text(min, max).regex(linePattern, {
    error: 'must not contain control or invisible characters, and must not start or end with a space',
  });

/** Creates the rule for a text that may contain line breaks and tabs. @param max in Unicode characters */
export const lines = (max: number) =>
  text(0, max).regex(linesPattern, {
    error: 'must not contain control or invisible characters other than line breaks and tabs',
  });

/**
 * The rule for the subject of a token. It accepts every subject that auth/claims.ts accepts, because identity providers
 * choose the subject.
 */
export const subject = z
  .string('must not be null')
  .regex(/^\P{C}{1,255}$/u, 'must be 1 to 255 characters long, and must not contain control characters');

const notLifetime = `must be a whole number from ${shortestTokenLifetime} to ${longestTokenLifetime}`;

/** The rule for a lifetime of access tokens in seconds. GraphQL has checked that it is a whole number. */
export const tokenLifetime = z
  .number()
  .min(shortestTokenLifetime, notLifetime)
  .max(longestTokenLifetime, notLifetime);

/**
 * Normalizes a text to NFC, so that texts that look the same are equal. A text that is too long is not normalized,
 * because it will be rejected and normalization takes time that grows with the square of the length.
 * @param max in Unicode characters, each of which may be two UTF-16 code units
 */
export const compose = (text: string, max: number): string =>
  text.length <= 2 * max ? text.normalize('NFC') : text;

/** The maximum length of a search text, in Unicode characters. */
const maxSearchLength = 100;

/** The rule for a search text, which filters a list. */
export const searchText = line(1, maxSearchLength);

/** Converts a search text to the form in which names are stored: in NFC, without spaces at the start or end. */
export const normalizeSearch = (text: string | null | undefined): string | null | undefined =>
  text && compose(text.trim(), maxSearchLength);

/**
 * Checks an input object against the rules of its fields.
 * @throws AppError BAD_USER_INPUT that names the first invalid field
 */
export function checkInput(rules: z.ZodObject, input: object): void {
  const [issue] = rules.safeParse(input).error?.issues ?? [];
  if (issue) throw invalidField(issue.path.join('.'), issue.message);
}
