import { closestMatch } from 'leven';
import type { z } from 'zod';

/** A fault of a file, and the path to the key. */
export interface Fault {
  path: (string | number)[];
  message: string;
}

/** The keys that a file may contain, so that the fault of another key can suggest the one that was meant. */
export interface KnownKeys {
  /** The keys of each object in the file, by the key that contains it. That of the whole file is empty. */
  keys: Readonly<Record<string, readonly string[]>>;
  /** The key of the list in the file. */
  list: string;
  /** The objects in an item of the list whose keys may be put beside the object by mistake. */
  objects: readonly string[];
}

/** Converts a fault that zod found. Zod reports all unknown keys of an object together. */
export function toFaults({ path, message, ...issue }: z.core.$ZodIssue, known: KnownKeys): Fault[] {
  const place = path as Fault['path'];
  if (issue.code === 'unrecognized_keys')
    return issue.keys.map((key) => ({
      path: [...place, key],
      message: `is not a known key${suggestion(key, place, known)}`,
    }));
  // The fault of a key in a record, such as `tenantRolePatterns`, is inside the fault of the record.
  if (issue.code === 'invalid_key')
    return issue.issues.map((inner) => ({ path: place, message: inner.message }));
  // These are zod's words for a value of another type. An object with any keys is a record to zod.
  const [, type] = /^Invalid input: expected (\w+), received /.exec(message) ?? [];
  const required = type === 'record' ? 'object' : type;
  return [{ path: place, message: required ? `must be of the JSON type ${required}` : message }];
}

/**
 * Suggests the object to which the key of an item belongs, or the known key that a misspelled one resembles: at most
 * two letters differ.
 */
function suggestion(key: string, place: Fault['path'], { keys, list, objects }: KnownKeys): string {
  const container = place.findLast((step) => typeof step === 'string') ?? '';
  const owners = container === list ? objects.filter((name) => keys[name]?.includes(key)) : [];
  const close =
    owners.map((owner) => `${owner}.${key}`).join(' or ') ||
    closestMatch(key, keys[container] ?? [], { maxDistance: 2 });
  return close ? `; did you mean ${close}?` : '';
}

/** Returns a fault as a text that starts with its key, such as `realms[0].claims.roles`. */
export const describe = ({ path, message }: Fault): string =>
  path.length > 0 ? `${showKey(path)}: ${message}` : message;

/** Returns a path such as `realms[0].roleMap.admins`. Zod's own function shows an empty key as nothing. */
const showKey = (path: Fault['path']) =>
  path
    .map((step) =>
      typeof step === 'string' && /^[\w$]+$/.test(step) ? `.${step}` : `[${JSON.stringify(step)}]`,
    )
    .join('')
    .replace(/^\./, '');
