import { Matches } from 'class-validator';

/**
 * Text of one line that looks like what it is: no control, bidirectional, zero-width or private characters,
 * no lone surrogates, no line breaks, and no spaces around it (Unicode Technical Report 36, section 2).
 */
export const IsLine = (): PropertyDecorator =>
  Matches(/^(?! )[^\p{Cc}\p{Cf}\p{Co}\p{Cs}\p{Zl}\p{Zp}]*(?<! )$/u, {
    message: 'must have no control or invisible characters, and no spaces at its ends',
  });

/** The same with line breaks and tabs. */
export const IsText = (): PropertyDecorator =>
  Matches(/^([\n\r\t]|[^\p{Cc}\p{Cf}\p{Co}\p{Cs}])*$/u, {
    message: 'must have no control or invisible characters other than line breaks',
  });
