import { AppError } from '../../platform/errors.js';

/** The result for one account of a call: what is answered for it, or the reason why nothing was done with it. */
export type Outcome<T> = T | AppError;

/** Runs a decision about one account. An AppError becomes the outcome of that account and stops no other. */
export function outcomeOf<T>(decide: () => T): Outcome<T> {
  try {
    return decide();
  } catch (error) {
    if (error instanceof AppError) return error;
    throw error;
  }
}

export const isDone = <T>(outcome: Outcome<T>): outcome is Exclude<T, AppError> =>
  !(outcome instanceof AppError);

/** Returns the outcome of a call about one account. @throws AppError if nothing was done with it */
export function onlyOutcome<T>([outcome]: Outcome<T>[]): T {
  if (outcome === undefined) throw new Error('a call about an account has no outcome');
  if (outcome instanceof AppError) throw outcome;
  return outcome;
}
