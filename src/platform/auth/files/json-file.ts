import { readFileSync } from 'node:fs';
import jsonc from 'jsonc-parser';
import type { Fault } from './faults.js';

/** The value in a JSON file, and the faults of its text. Without a value, the file is unreadable or not JSON. */
export interface JsonFile {
  value?: unknown;
  faults: Fault[];
}

/**
 * Reads a JSON file (RFC 8259), which may start with a byte order mark. A key that an object contains twice is a fault,
 * because JSON.parse would silently ignore all but the last one. The faults have a line and a column, and never an
 * excerpt, which might be a key.
 */
export function readJsonFile(file: string): JsonFile {
  let text: string;
  try {
    text = readFileSync(file, 'utf8').replace(/^\uFEFF/, '');
  } catch (error) {
    const { code = '' } = error as NodeJS.ErrnoException;
    return { faults: [{ path: [], message: unreadable[code] ?? `cannot be read (${code})` }] };
  }
  try {
    const { invalid, badKeys } = scan(text);
    return invalid ? { faults: [invalid] } : { value: JSON.parse(text), faults: badKeys };
  } catch {
    return { faults: [{ path: [], message: 'must be valid JSON that is not nested deeply' }] };
  }
}

/** Why a file cannot be read, by the code of the error. */
const unreadable: Readonly<Record<string, string>> = {
  ENOENT: 'the file does not exist',
  EISDIR: 'is a directory, not a file',
};

/** Finds the first place where a text is not JSON, and the keys that would be ignored. */
function scan(text: string): { invalid?: Fault; badKeys: Fault[] } {
  const invalid: Fault[] = [];
  const badKeys: Fault[] = [];
  const known = new Set<string>();
  const visitor: jsonc.JSONVisitor = {
    onError: (code, _offset, _length, line, column) =>
      invalid.push({ path: [], message: `must be valid JSON: ${inWords(code)} at ${place(line, column)}` }),
    onObjectProperty: (key, _offset, _length, line, column, parent) => {
      const path = [...parent(), key];
      // Code that copies an object does not copy this key (zod).
      if (key === '__proto__')
        badKeys.push({ path, message: `must not be used as a key; it is at ${place(line, column)}` });
      const size = known.size;
      if (known.add(JSON.stringify(path)).size === size)
        badKeys.push({ path, message: `must not be there twice; the second is at ${place(line, column)}` });
    },
  };
  jsonc.visit(text, visitor, { disallowComments: true });
  return { invalid: invalid[0], badKeys };
}

const place = (line: number, column: number) => `line ${line + 1}, column ${column + 1}`;

/** Returns the name of an error in words, such as "comma expected". */
const inWords = (code: jsonc.ParseErrorCode) =>
  jsonc
    .printParseErrorCode(code)
    .replace(/\B[A-Z]/g, (letter) => ` ${letter}`)
    .toLowerCase();
