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

/**
 * Creates the rule for a text of one line that cannot mislead its readers: no control, bidirectional, zero-width or
 * private characters, no lone surrogates, no line breaks, and no space at its start or end (Unicode Technical Report
 * 36, section 2). It rejects invisible letters and marks (UAX 44, Default_Ignorable_Code_Point), except the selector
 * that turns the preceding character into an emoji.
 * @param min in Unicode characters
 * @param max in Unicode characters
 */
export const line = (min: number, max: number) =>
  text(min, max).regex(
    /^(?!\s)([^\p{Cc}\p{Cf}\p{Co}\p{Cs}\p{Zl}\p{Zp}\p{DI}]|(?<=\p{ExtPict})\ufe0f)*(?<!\s)$/u,
    {
      error: 'must not contain control or invisible characters, and must not start or end with a space',
    },
  );

/** Creates the rule for a text that may also contain line breaks and tabs. @param max in Unicode characters */
export const lines = (max: number) =>
  text(0, max).regex(/^([\n\r\t]|[^\p{Cc}\p{Cf}\p{Co}\p{Cs}\p{DI}]|(?<=\p{ExtPict})\ufe0f)*$/u, {
    error: 'must not contain control or invisible characters other than line breaks and tabs',
  });

/**
 * The rule for the subject of a token. It accepts every subject that auth/claims.ts accepts, because identity providers
 * choose the subject.
 */
export const subject = z
  .string('must not be null')
  .regex(/^\P{C}{1,255}$/u, 'must be 1 to 255 characters long, and must not contain control characters');

/**
 * Composes a text (NFC), so that texts that look the same are equal. It does not change a text that is too long and
 * will be rejected, because composing takes time that grows with the square of the length.
 * @param max in Unicode characters, each of which may be two units of UTF-16
 */
export const compose = (text: string, max: number): string =>
  text.length <= 2 * max ? text.normalize('NFC') : text;

/** The length of a text that lists are searched for, in Unicode characters. */
const maxSearchLength = 100;

/** The rule for a text that lists are searched for. */
export const searchText = line(1, maxSearchLength);

/** Brings a search text into the form in which names are stored: composed, without spaces at its start and end. */
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
