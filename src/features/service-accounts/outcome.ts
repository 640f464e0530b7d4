import { AppError } from '../../platform/errors.js';

/** The result of an operation for one account, or the error because of which the account was not changed. */
export type Outcome<T> = T | AppError;

/**
 * Runs a decision about one account. An AppError becomes the outcome of that account and does not affect the others.
 */
export function outcomeOf<T>(decide: () => T): Outcome<T> {
  try {
    return decide();
  } catch (error) {
    if (error instanceof AppError) return error;
    throw error;
  }
}

/** Returns whether an outcome is a result, not an error. */
export const isDone = <T>(outcome: Outcome<T>): outcome is Exclude<T, AppError> =>
  !(outcome instanceof AppError);

/** Returns the result of an operation on one account. @throws AppError if the outcome is an error */
export function onlyOutcome<T>([outcome]: Outcome<T>[]): T {
  if (outcome === undefined) throw new Error('The operation on an account has no outcome');
  if (outcome instanceof AppError) throw outcome;
  return outcome;
}
