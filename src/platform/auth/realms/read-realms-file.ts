import { readCheckedFile } from '../files/checked-file.js';
import type { KnownKeys } from '../files/faults.js';
import { realm } from './realm.js';
import { faultsBetween, type RealmsFile, realmsFile, type Surroundings } from './realms-file.js';

/** The content of the file, or its faults if it is invalid. */
export type RealmsReading = { realms: RealmsFile; faults: [] } | { realms?: undefined; faults: string[] };

/**
 * Reads REALMS_FILE, and finds all of its faults. Each fault names its key, such as `realms[0].claims.roles`.
 * @param file the path of a JSON file
 */
export function readRealmsFile(file: string, surroundings: Surroundings): RealmsReading {
  const { content: realms, faults } = readCheckedFile(file, {
    schema: realmsFile,
    known,
    faultsBetween: (content) => faultsBetween(content, surroundings),
  });
  return realms ? { realms, faults: [] } : { faults };
}

const known: KnownKeys = {
  keys: {
    '': Object.keys(realmsFile.shape),
    realms: Object.keys(realm.shape),
    claims: Object.keys(realm.shape.claims.unwrap().shape),
    grants: Object.keys(realm.shape.grants.unwrap().shape),
    login: Object.keys(realm.shape.login.unwrap().shape),
    jwks: Object.keys(realm.shape.jwks.unwrap().shape),
  },
  list: 'realms',
  objects: ['claims', 'grants', 'login', 'jwks'],
};
