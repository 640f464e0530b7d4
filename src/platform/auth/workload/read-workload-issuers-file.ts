import { readCheckedFile } from '../files/checked-file.js';
import type { KnownKeys } from '../files/faults.js';
import { type WorkloadIssuer, workloadIssuer } from './workload-issuer.js';
import { faultsBetween, type Surroundings, workloadIssuersFile } from './workload-issuers-file.js';

/** The issuers in the file, or the faults of the file if it is invalid. */
export type IssuersReading =
  | { issuers: readonly WorkloadIssuer[]; faults: [] }
  | { issuers?: undefined; faults: string[] };

/**
 * Reads WORKLOAD_ISSUERS_FILE, and finds all of its faults. Each fault names its key, such as `issuers[0].issuer`.
 * @param file the path of a JSON file
 */
export function readWorkloadIssuersFile(file: string, surroundings: Surroundings): IssuersReading {
  const { content, faults } = readCheckedFile(file, {
    schema: workloadIssuersFile,
    known,
    faultsBetween: (given) => faultsBetween(given, surroundings),
  });
  return content ? { issuers: content.issuers, faults: [] } : { faults };
}

const known: KnownKeys = {
  keys: {
    '': Object.keys(workloadIssuersFile.shape),
    issuers: Object.keys(workloadIssuer.shape),
    jwks: Object.keys(workloadIssuer.shape.jwks.unwrap().shape),
  },
  list: 'issuers',
  objects: ['jwks'],
};
