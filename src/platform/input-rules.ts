import { z } from 'zod';
import { invalidField } from './errors.js';

const hasLength = (min: number, max: number) => (text: string) => {
  const length = [...text].length;
  return length >= min && length <= max;
};

const text = (min: number, max: number) =>
  z.string('must not be null').refine(hasLength(min, max), {
    error: min > 0 ? `must be ${min} to ${max} characters long` : `must be at most ${max} characters long`,
  });

/** A visible character or a space: none of the characters that format, fill or control text. */
const visible = String.raw`[^\p{Cc}\p{Cf}\p{Co}\p{Cs}\p{Zl}\p{Zp}\p{DI}]`;
const visibleInLines = String.raw`[^\p{Cc}\p{Cf}\p{Co}\p{Cs}\p{DI}]`;
const sign = String.raw`[\p{P}\p{S}]`;

// cspell:ignore Adlm Gujr Hebr Khmr Knda Mand Mlym Mymr Nkoo Orya Rohg Samr Syrc Taml Telu Thaa Tibt
/** The scripts in which a joiner changes how letters look (UAX 31, section 2.3), and the scripts from right to left. */
const joining =
  'Arab Beng Deva Gujr Guru Khmr Knda Mlym Mong Mymr Nkoo Orya Rohg Sinh Syrc Taml Telu Tibt'.split(' ');
const rightToLeft = 'Adlm Arab Hebr Mand Nkoo Rohg Samr Syrc Thaa'.split(' ');

const of = (scripts: string[]) => `[${scripts.map((script) => String.raw`\p{scx=${script}}`).join('')}]`;

/** Returns a pattern that matches a position after or before a letter, a mark or a digit of these scripts. */
const beside = (scripts: string[], look: '?<=' | '?=') =>
  String.raw`(${look}[\p{L}\p{M}\p{Nd}])(${look}${of(scripts)})`;

const leftToRightLetter = String.raw`(?!${of(rightToLeft)})\p{L}`;

/**
 * The invisible characters that belong to visible text at these places. They are never beside each other except in
 * emoji. Elsewhere they would make two texts that look the same differ.
 */
const invisible = [
  // A joiner within a word: Persian, Hindi and others (a simple form of UAX 31, rules A1, A2 and B).
  String.raw`${beside(joining, '?<=')}[\u200c\u200d]${beside(joining, '?=')}`,
  // A directional mark that moves punctuation. The marks U+200F and U+061C stand between a letter of Hebrew, Arabic and
  // others and punctuation, and U+200E between such a letter and a word like "C++". Between other characters, marks
  // reorder letters or words, as embeddings, overrides and isolates do (Unicode Technical Report 36, section 2.5).
  String.raw`${beside(rightToLeft, '?<=')}[\u200f\u061c](?=${sign})`,
  String.raw`(?<=${sign})[\u200f\u061c]${beside(rightToLeft, '?=')}`,
  String.raw`${beside(['Arab'], '?<=')}\u061c(?=\p{Nd})`,
  String.raw`(?<=${leftToRightLetter}${sign}+)\u200e(?= ?${beside(rightToLeft, '?=')})`,
  String.raw`(?<=${beside(rightToLeft, '?<=')} ?)\u200e(?=${sign}+${leftToRightLetter})`,
  // Emoji (UTS 51): a colored symbol, a keycap, a sequence such as a family, and the flag of a region.
  String.raw`(?<=\p{ExtPict})\ufe0f`,
  String.raw`(?<=[0-9#*])\ufe0f(?=\u20e3)`,
  String.raw`(?<=\p{ExtPict}[\p{EMod}\ufe0f]?)\u200d(?=\p{ExtPict})`,
  String.raw`(?<=\u{1f3f4})[\u{e0030}-\u{e0039}\u{e0061}-\u{e007a}]{3,6}\u{e007f}`,
].join('|');

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
  .regex(
    /^[^\p{C}\p{Zl}\p{Zp}]{1,255}$/u,
    'must be 1 to 255 characters long, and must not contain control characters',
  );

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
