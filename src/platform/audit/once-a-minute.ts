/**
 * Creates the SQL for the key of an entry that is written at most once in a calendar minute. It is a hash, so that it
 * has the same short length for all values.
 * @param parts SQL expressions for the values that distinguish one entry from another, such as its action and target
 */
export const minuteKeySql = (...parts: string[]): string =>
  `sha256(convert_to(jsonb_build_array(${parts.join(', ')})::text, 'UTF8'))`;

/**
 * Creates the SQL that claims the current calendar minute for the keys of a relation, as a part of a `with` clause of
 * the statement that inserts the entries. It returns the keys that nobody has claimed. A second gateway that claims the
 * same key waits for the first one to commit. The cleanup deletes the claims of earlier minutes.
 * @param from a relation with the column `key`; its keys are claimed in their order, which prevents deadlocks
 */
export const claimMinuteSql = (from: string): string => `
  insert into audit_minute (minute, key)
  select date_trunc('minute', statement_timestamp()), key from ${from} order by key
  on conflict do nothing returning key`;

/** Returns how long the current calendar minute lasts, in milliseconds. */
export const restOfMinute = (): number => 60_000 - (Date.now() % 60_000);
