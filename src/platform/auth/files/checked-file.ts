import type { z } from 'zod';
import { describe, type Fault, type KnownKeys, toFaults } from './faults.js';
import { readJsonFile } from './json-file.js';

/** The rules for the content of a file. */
interface Rules<Schema extends z.ZodType> {
  schema: Schema;
  known: KnownKeys;
  /** Finds the faults that concern several keys, even if other keys are invalid. */
  faultsBetween(content: unknown): Fault[];
}

/** The content of the file, or its faults if it is invalid. */
type Reading<Content> = { content: Content; faults: [] } | { content?: undefined; faults: string[] };

/**
 * Reads a JSON file, and finds all of its faults. Each fault names its key, such as `realms[0].claims.roles`.
 * @param file the path
 */
export function readCheckedFile<Schema extends z.ZodType>(
  file: string,
  { schema, known, faultsBetween }: Rules<Schema>,
): Reading<z.output<Schema>> {
  const { value, faults: textFaults } = readJsonFile(file);
  if (value === undefined) return { faults: textFaults.map(describe) };
  const { data: content, error } = schema.safeParse(value);
  const faults = [
    ...textFaults,
    ...(error?.issues ?? []).flatMap((issue) => toFaults(issue, known)),
    ...faultsBetween(value),
  ];
  const texts = [...new Set(faults.map(describe))];
  return content && texts.length === 0 ? { content, faults: [] } : { faults: texts };
}
