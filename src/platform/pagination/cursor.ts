import { createHash } from 'node:crypto';
import type { z } from 'zod';
import { invalidField } from '../errors.js';

/** The longest that is given out holds a name of 100 characters, each of four bytes. */
const longest = 1000;

/**
 * A place in a list: the values that the list is ordered by. It stays good when the item is gone, and says nothing
 * that whoever got it has not read in the list.
 * @param list what the place is in: of which kind, whose, and in which order
 */
export const encodeCursor = (list: string, place: readonly unknown[]): string =>
  Buffer.from(JSON.stringify([digest(list), ...place])).toString('base64url');

/**
 * The reverse.
 * @param field the argument that it came in, for the error
 * @throws AppError BAD_USER_INPUT for a text that is no cursor, and for the cursor of another list
 */
export function decodeCursor<Place extends z.ZodTuple>(
  cursor: string,
  list: string,
  place: Place,
  field: string,
): z.infer<Place> {
  const [of, ...values] = parse(cursor);
  if (of === undefined) throw invalidField(field, 'is not a cursor: start again without it');
  if (of !== digest(list)) throw invalidField(field, 'is the cursor of another list, or of another order');
  const { data, success } = place.safeParse(values);
  if (!success) throw invalidField(field, 'is not a cursor of this version: start again without it');
  return data;
}

function parse(cursor: string): unknown[] {
  if (cursor.length > longest) return [];
  try {
    const parts: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
    return Array.isArray(parts) && typeof parts[0] === 'string' ? parts : [];
  } catch {
    return [];
  }
}

/** Short: it tells lists apart, and protects nothing. */
const digest = (list: string): string => createHash('sha256').update(list).digest('base64url').slice(0, 8);
