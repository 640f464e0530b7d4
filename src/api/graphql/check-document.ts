import { type DocumentNode, Kind, parse } from 'graphql';
import { LRUCache } from 'lru-cache';
import { type Limit, limits, overLimit, parseOptions } from './limits.js';
import { countRepeats } from './repeated-fields.js';

/** What would cost too much by the time that a rule of ours could refuse it: validation looks at each operation. */
const checks: [Limit, (document: DocumentNode) => boolean][] = [
  ['operations', (document) => countOperations(document) > limits.operations],
  ['repeats', (document) => countRepeats(document) > limits.repeats],
];

/** Clients send the same documents again and again. The size is that of their texts, in characters. */
const passed = new LRUCache<string, true>({
  max: 1_000,
  maxSize: 5_000_000,
  sizeCalculation: (_, query) => query.length,
});

/** Looks at a document before Apollo has it. @throws AppError BAD_USER_INPUT */
export function checkDocument(query: string): void {
  if (passed.get(query)) return;
  const document = tryParse(query);
  if (document) for (const [limit, exceeds] of checks) if (exceeds(document)) throw overLimit(limit);
  passed.set(query, true);
}

/** What is no document is told by Apollo. */
function tryParse(query: string): DocumentNode | undefined {
  try {
    return parse(query, { ...parseOptions, noLocation: true });
  } catch {
    return undefined;
  }
}

const countOperations = ({ definitions }: DocumentNode) =>
  definitions.filter(({ kind }) => kind === Kind.OPERATION_DEFINITION).length;
