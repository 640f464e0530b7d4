import { createHash } from 'node:crypto';
import { z } from 'zod';
import { invalidField } from '../errors.js';

/** A list whose items have cursors. */
export interface CursorList<Item> {
  /** Distinguishes the list from other lists. Consists of the kind, the owner and the order of the list. */
  name: string;
  /**
   * Creates the rule for a position in the list, which consists of the values that determine the order. That takes
   * time, and only a request with a cursor needs the rule.
   */
  position: () => z.ZodTuple;
  /** Returns the position of an item, as JSON values. */
  positionOf(item: Item): readonly unknown[];
}

/** The rule for a time in a position. */
export const timePosition = z.iso.datetime().transform((text) => new Date(text));

/** The rule for a text in a position. PostgreSQL does not accept NUL in a text. */
export const textPosition = z.string().regex(/^\P{Cc}*$/u);

/** The maximum length of a cursor. It is enough for a name of 100 characters with four bytes each. */
const maxLength = 1000;

/**
 * Creates the cursor of an item. It remains valid if the item is deleted, and reveals nothing that the caller has not
 * read in the list.
 */
export const encodeCursor = <Item>({ name, positionOf }: CursorList<Item>, item: Item): string =>
  Buffer.from(JSON.stringify([digest(name), ...positionOf(item)])).toString('base64url');

/**
 * Reads the position from a cursor.
 * @param argument the argument that contained the cursor, for the error
 * @throws AppError BAD_USER_INPUT if the text is not a cursor, or is a cursor of another list
 */
export function decodeCursor<Item>(
  { name, position }: CursorList<Item>,
  cursor: string,
  argument: string,
): readonly unknown[] {
  const [listDigest, ...values] = parse(cursor);
  if (listDigest === undefined) throw invalidField(argument, 'is not a valid cursor; omit it to start over');
  if (listDigest !== digest(name))
    throw invalidField(argument, 'is a cursor of a different list or sort order; omit it to start over');
  const { data, success } = position().safeParse(values);
  if (!success)
    throw invalidField(argument, 'is a cursor of a different version of the gateway; omit it to start over');
  return data;
}

function parse(cursor: string): unknown[] {
  if (cursor.length > maxLength) return [];
  try {
    const parts: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
    return Array.isArray(parts) && typeof parts[0] === 'string' ? parts : [];
  } catch {
    return [];
  }
}

/** Returns a short digest that distinguishes lists. It has no security purpose. */
const digest = (name: string): string => createHash('sha256').update(name).digest('base64url').slice(0, 8);
