import { z } from 'zod';
import { invalidField } from './errors.js';

const hasLength = (min: number, max: number) => (text: string) => {
  const length = [...text].length;
  return length >= min && length <= max;
};

const text = (min: number, max: number) =>
  z.string('must not be null').refine(hasLength(min, max), {
    error: min > 0 ? `must have ${min} to ${max} characters` : `must have at most ${max} characters`,
  });

/**
 * Text of one line that looks like what it is: no control, bidirectional, zero-width or private characters,
 * no lone surrogates, no line breaks, and no spaces around it (Unicode Technical Report 36, section 2). Letters and
 * marks that show nothing are such characters, too (UAX 44, Default_Ignorable_Code_Point); what makes an emoji of a
 * sign that is there is not.
 * @param min and max: in Unicode characters
 */
export const line = (min: number, max: number) =>
  text(min, max).regex(
    /^(?!\s)([^\p{Cc}\p{Cf}\p{Co}\p{Cs}\p{Zl}\p{Zp}\p{DI}]|(?<=\p{ExtPict})\ufe0f)*(?<!\s)$/u,
    {
      error: 'must have no control or invisible characters, and no spaces at its ends',
    },
  );

/** The same with line breaks and tabs. */
export const lines = (max: number) =>
  text(0, max).regex(/^([\n\r\t]|[^\p{Cc}\p{Cf}\p{Co}\p{Cs}\p{DI}]|(?<=\p{ExtPict})\ufe0f)*$/u, {
    error: 'must have no control or invisible characters other than line breaks',
  });

/** The subject of a token, as tokens may have it (auth/claims.ts): it is somebody else's choice. */
export const subject = z
  .string('must not be null')
  .regex(/^\P{C}{1,255}$/u, 'must have 1 to 255 characters, and no control characters');

/**
 * Composes a text (NFC), so that what looks the same is the same. One that is too long in any case is left as it came,
 * to be refused: composing takes time by the square of its length.
 * @param max in Unicode characters, which may be two units of UTF-16 each
 */
export const compose = (given: string, max: number): string =>
  given.length <= 2 * max ? given.normalize('NFC') : given;

/** What lists are searched for. */
const mostSearched = 100;
export const searched = line(1, mostSearched);
/** As names are stored: composed, and without spaces around it. */
export const toSearched = (text: string | null | undefined): string | null | undefined =>
  text && compose(text.trim(), mostSearched);

/**
 * Checks an input object by the rules of its fields.
 * @throws AppError BAD_USER_INPUT that names the first field that is wrong
 */
export function checkInput(rules: z.ZodObject, input: object): void {
  const [issue] = rules.safeParse(input).error?.issues ?? [];
  if (issue) throw invalidField(issue.path.join('.'), issue.message);
}
