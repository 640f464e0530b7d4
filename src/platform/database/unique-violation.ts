/**
 * The name of the constraint that an insert ran into, if that is what the error is (SQLSTATE 23505). Both
 * node-postgres and the ORM, which copies the fields, say it in the same way.
 */
export function violatedConstraint(error: unknown): string | undefined {
  const { code, constraint } = error as { code?: string; constraint?: string };
  return code === '23505' ? constraint : undefined;
}
