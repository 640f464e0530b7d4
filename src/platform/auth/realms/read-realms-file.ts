import { closestMatch } from 'leven';
import type { z } from 'zod';
import { readJsonFile } from './json-file.js';
import { realm } from './realm.js';
import { type Fault, faultsBetween, type RealmsFile, realmsFile, type Surroundings } from './realms-file.js';

/** The content of the file, or its faults if it is invalid. */
export type RealmsReading = { realms: RealmsFile; faults: [] } | { realms?: undefined; faults: string[] };

/**
 * Reads REALMS_FILE, and finds all of its faults. Each fault names its key, such as `realms[0].claims.roles`.
 * @param file the path of a JSON file
 */
export function readRealmsFile(file: string, surroundings: Surroundings): RealmsReading {
  const { value: content, faults: textFaults } = readJsonFile(file);
  if (content === undefined) return { faults: textFaults.map(describe) };
  const { data: realms, error } = realmsFile.safeParse(content);
  const faults = [
    ...textFaults,
    ...(error?.issues ?? []).flatMap(toFaults),
    ...faultsBetween(content, surroundings),
  ];
  const texts = [...new Set(faults.map(describe))];
  return realms && texts.length === 0 ? { realms, faults: [] } : { faults: texts };
}

/** Converts a fault that zod found. Zod reports all unknown keys of an object together. */
function toFaults({ path, message, ...issue }: z.core.$ZodIssue): Fault[] {
  const place = path as Fault['path'];
  if (issue.code === 'unrecognized_keys')
    return issue.keys.map((key) => ({
      path: [...place, key],
      message: `is not a known key${suggestion(key, place)}`,
    }));
  // The fault of a key in a record, such as `tenantRolePatterns`, is inside the fault of the record.
  if (issue.code === 'invalid_key')
    return issue.issues.map((inner) => ({ path: place, message: inner.message }));
  // These are zod's words for a value of another type. An object with any keys is a record to zod.
  const [, type] = /^Invalid input: expected (\w+), received /.exec(message) ?? [];
  const required = type === 'record' ? 'object' : type;
  return [{ path: place, message: required ? `must be of the JSON type ${required}` : message }];
}

/** The keys of each object in the file, by the key that contains it. */
const knownKeys: Readonly<Record<string, readonly string[]>> = {
  '': Object.keys(realmsFile.shape),
  realms: Object.keys(realm.shape),
  claims: Object.keys(realm.shape.claims.unwrap().shape),
  grants: Object.keys(realm.shape.grants.unwrap().shape),
  login: Object.keys(realm.shape.login.unwrap().shape),
  jwks: Object.keys(realm.shape.jwks.unwrap().shape),
};

/** The objects in a realm whose keys may be put beside the object by mistake. */
const objectsInRealm = ['claims', 'grants', 'login', 'jwks'];

/**
 * Suggests the object to which the key of a realm belongs, or the known key that a misspelled one resembles: at most
 * two letters differ.
 */
function suggestion(key: string, place: Fault['path']): string {
  const container = place.findLast((step) => typeof step === 'string') ?? '';
  const owners =
    container === 'realms' ? objectsInRealm.filter((name) => knownKeys[name]?.includes(key)) : [];
  const close =
    owners.map((owner) => `${owner}.${key}`).join(' or ') ||
    closestMatch(key, knownKeys[container] ?? [], { maxDistance: 2 });
  return close ? `; did you mean ${close}?` : '';
}

const describe = ({ path, message }: Fault) => (path.length > 0 ? `${showKey(path)}: ${message}` : message);

/** Returns a path such as `realms[0].roleMap.admins`. Zod's own function shows an empty key as nothing. */
const showKey = (path: Fault['path']) =>
  path
    .map((step) =>
      typeof step === 'string' && /^[\w$]+$/.test(step) ? `.${step}` : `[${JSON.stringify(step)}]`,
    )
    .join('')
    .replace(/^\./, '');
