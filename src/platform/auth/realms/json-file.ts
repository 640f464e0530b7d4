import { readFileSync } from 'node:fs';
import jsonc from 'jsonc-parser';
import type { Fault } from './realms-file.js';

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
    const { code, message } = error as NodeJS.ErrnoException;
    return { faults: [{ path: [], message: code === 'ENOENT' ? 'the file does not exist' : message }] };
  }
  const { invalid, repeated } = scan(text);
  try {
    return { value: JSON.parse(text), faults: repeated };
  } catch {
    return { faults: [invalid ?? { path: [], message: 'must be valid JSON' }] };
  }
}

/** Finds the first place where a text is not JSON, and the keys that an object contains twice. */
function scan(text: string): { invalid?: Fault; repeated: Fault[] } {
  const faults: Fault[] = [];
  const repeated: Fault[] = [];
  const known = new Set<string>();
  const visitor: jsonc.JSONVisitor = {
    onError: (code, _offset, _length, line, column) =>
      faults.push({ path: [], message: `must be valid JSON: ${inWords(code)} at ${place(line, column)}` }),
    onObjectProperty: (key, _offset, _length, line, column, parent) => {
      const path = [...parent(), key];
      const size = known.size;
      if (known.add(JSON.stringify(path)).size === size)
        repeated.push({ path, message: `must not be there twice; the second is at ${place(line, column)}` });
    },
  };
  jsonc.visit(text, visitor, { disallowComments: true });
  return { invalid: faults[0], repeated };
}

const place = (line: number, column: number) => `line ${line + 1}, column ${column + 1}`;

/** Returns the name of an error in words, such as "comma expected". */
const inWords = (code: jsonc.ParseErrorCode) =>
  jsonc
    .printParseErrorCode(code)
    .replace(/\B[A-Z]/g, (letter) => ` ${letter}`)
    .toLowerCase();
