import { joiner } from './scripts.js';

/**
 * Characters that a reader does not see, and that can change what the reader sees of the rest: control characters,
 * which terminals execute, direction marks, which reorder a line, and line and paragraph separators.
 */
const unreadable = String.raw`[\p{Cc}\p{Cf}\p{Co}\p{Cs}\p{Zl}\p{Zp}]`;

const toRemove = new RegExp(`(?!${joiner})${unreadable}`, 'gu');
const toMark = new RegExp(unreadable, 'gu');

/** Removes unreadable characters from a text of a client, and truncates the rest to a number of characters. */
export const readable = (text: string, length: number): string =>
  [...text.replace(toRemove, '')].slice(0, length).join('');

/** Shows unreadable characters of a text as question marks, so that the reader sees that the text has them. */
export const markUnreadable = (text: string): string => text.replace(toMark, '?');
