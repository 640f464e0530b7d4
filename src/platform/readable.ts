/**
 * Characters that a reader does not see, and that can change what the reader sees of the rest: control characters,
 * which terminals execute, direction marks, which reorder a line, and line and paragraph separators.
 */
const unreadable = String.raw`[\p{Cc}\p{Cf}\p{Co}\p{Cs}\p{Zl}\p{Zp}]`;

/** A joiner between two letters or emoji, where Persian, Hindi and emoji sequences need it. */
const joiner = String.raw`(?<=[\p{L}\p{M}\p{ExtPict}\p{EMod}])[\u200c\u200d](?=[\p{L}\p{M}\p{ExtPict}])`;

const toRemove = new RegExp(`(?!${joiner})${unreadable}`, 'gu');
const toMark = new RegExp(unreadable, 'gu');

/** Removes unreadable characters from a text of a client, and truncates the rest to a number of characters. */
export const readable = (text: string, length: number): string =>
  [...text.replace(toRemove, '')].slice(0, length).join('');

/** Shows unreadable characters of a text as question marks, so that the reader sees that the text has them. */
export const markUnreadable = (text: string): string => text.replace(toMark, '?');
