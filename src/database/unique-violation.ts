import { DatabaseError } from 'pg';

/** The name of the constraint that an insert ran into, if that is what the error is (SQLSTATE 23505). */
export function violatedConstraint(error: unknown): string | undefined {
  const cause = error instanceof Error && error.cause ? error.cause : error;
  return cause instanceof DatabaseError && cause.code === '23505' ? cause.constraint : undefined;
}
