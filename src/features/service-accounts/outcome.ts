import { AppError } from '../../platform/errors.js';

/** What comes of one account of those that a call is about: what is answered for it, or why nothing was done. */
export type Outcome<T> = T | AppError;

/** Decides about one account: what is thrown for it concerns no other. */
export function outcomeOf<T>(decide: () => T): Outcome<T> {
  try {
    return decide();
  } catch (error) {
    if (error instanceof AppError) return error;
    throw error;
  }
}

export const isDone = <T>(outcome: Outcome<T>): outcome is T => !(outcome instanceof AppError);

/** Of a call about one account. @throws AppError for one of which nothing was done */
export function onlyOne<T>([outcome]: Outcome<T>[]): T {
  if (outcome === undefined) throw new Error('a call about an account has no outcome');
  if (outcome instanceof AppError) throw outcome;
  return outcome;
}
