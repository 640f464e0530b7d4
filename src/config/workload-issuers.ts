import { developmentIssuer } from '../platform/auth/development.js';
import { issuersOf } from '../platform/auth/realms/issuers.js';
import type { RealmsFile } from '../platform/auth/realms/realms-file.js';
import { readWorkloadIssuersFile } from '../platform/auth/workload/read-workload-issuers-file.js';
import type { WorkloadIssuer } from '../platform/auth/workload/workload-issuer.js';

interface Reading {
  issuers: readonly WorkloadIssuer[];
  faults: string[];
}

/**
 * Reads the issuers of WORKLOAD_ISSUERS_FILE. Without the file, workloads of no issuer can sign in.
 * @param realms undefined if the gateway trusts the development realm, or if the realms file is invalid
 */
export function readWorkloadIssuers(
  file: string | undefined,
  url: string,
  production: boolean,
  realms: RealmsFile | undefined,
): Reading {
  if (!file) return { issuers: [], faults: [] };
  const realmIssuers = realms?.realms.flatMap(issuersOf) ?? [developmentIssuer];
  const { issuers = [], faults } = readWorkloadIssuersFile(file, { url, production, realmIssuers });
  return { issuers, faults: faults.map((fault) => `WORKLOAD_ISSUERS_FILE: ${file}: ${fault}`) };
}
