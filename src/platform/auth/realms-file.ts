import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { issuerOf } from './access-token-settings.js';
import { isPlainHttp } from './keys/web-address.js';
import { type RealmsFile, realmsFile, usesDiscovery } from './realms.js';

/** The content of the file, or its faults if it is invalid. */
export type RealmsReading = { realms: RealmsFile; faults: [] } | { realms?: undefined; faults: string[] };

/**
 * Reads REALMS_FILE.
 * @param file the path of a JSON file
 * @param publicUrl PUBLIC_URL; no realm may have the gateway itself as its issuer
 * @param production whether keys over plain HTTP are a fault
 */
export function readRealmsFile(
  file: string,
  publicUrl: string | undefined,
  production: boolean,
): RealmsReading {
  let content: unknown;
  try {
    content = JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    return { faults: [describeError(error as Error)] };
  }
  const { data: realms, error } = realmsFile.safeParse(content);
  if (error) return { faults: error.issues.flatMap(describeIssue) };
  const faults = [
    ...(publicUrl ? ownIssuers(realms, publicUrl) : []),
    ...(production ? plainHttpKeys(realms) : []),
  ];
  return faults.length > 0 ? { faults } : { realms, faults: [] };
}

/** Describes a fault that zod found. Zod reports all unknown keys of an object together. */
function describeIssue(issue: z.core.$ZodIssue): string[] {
  if (issue.code === 'unrecognized_keys')
    return issue.keys.map((key) => `${z.core.toDotPath([...issue.path, key])}: is not a known key`);
  return [issue.path.length > 0 ? `${z.core.toDotPath(issue.path)}: ${issue.message}` : issue.message];
}

/** Describes why the file could not be read. */
function describeError(error: Error): string {
  if ((error as NodeJS.ErrnoException).code === 'ENOENT') return 'the file does not exist';
  return error instanceof SyntaxError
    ? `must be valid JSON: ${withoutExcerpt(error.message)}`
    : error.message;
}

/**
 * Finds realms whose issuer is the gateway itself. Its access tokens are for machines, which such a realm would all
 * accept as administrators.
 */
function ownIssuers({ realms }: RealmsFile, publicUrl: string): string[] {
  const gateway = withoutSlash(publicUrl);
  const own = [gateway, issuerOf(gateway)];
  return realms.flatMap(({ issuer }, index) =>
    own.includes(withoutSlash(issuer))
      ? [
          `realms[${index}].issuer: must not be the gateway itself, because its access tokens are for machines, not for administrators`,
        ]
      : [],
  );
}

/** Finds realms whose keys are read over plain HTTP, where anyone on the network path could replace them. */
function plainHttpKeys({ realms }: RealmsFile): string[] {
  return realms.flatMap((realm, index) => {
    const [key, url] = usesDiscovery(realm) ? ['issuer', realm.issuer] : ['jwksUri', realm.jwksUri];
    return url && isPlainHttp(url)
      ? [`realms[${index}].${key}: must be an https URL in production, except on a loopback address`]
      : [];
  });
}

/** Removes the text that JSON.parse quotes, which may be a key: `Unexpected token 'x', "…" is not valid JSON`. */
const withoutExcerpt = (message: string) => message.replace(/, (\.\.\.)?".*$/s, ' in JSON');

const withoutSlash = (url: string) => url.replace(/\/+$/, '');
