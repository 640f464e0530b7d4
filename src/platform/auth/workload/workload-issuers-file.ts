import { z } from 'zod';
import { issuerOf } from '../access-token-settings.js';
import type { Fault } from '../files/faults.js';
import { plainHttpKeys, rulesAboutSources } from '../keys/trusted-issuer.js';
import { type GivenIssuer, workloadIssuer } from './workload-issuer.js';

/** The rules for the keys of the file that lists the issuers of workloads' tokens. */
export const workloadIssuersFile = z.strictObject({
  issuers: z
    .array(workloadIssuer, 'is required, and must be a list')
    .min(1, 'must contain at least one issuer; without issuers, do not set the variable'),
});

export interface Surroundings {
  /** The URL of the gateway, which must not be an issuer. */
  url: string;
  /** Whether keys over plain HTTP are a fault. */
  production: boolean;
  /** The issuers of the realms, whose tokens are for administrators. */
  realmIssuers: readonly string[];
}

/** Finds the faults that concern several keys or issuers, even if other keys are invalid. */
export function faultsBetween(content: unknown, surroundings: Surroundings): Fault[] {
  const { issuers } = (content ?? {}) as { issuers?: unknown };
  const given = (Array.isArray(issuers) ? issuers : []).map(validKeys);
  return given.flatMap((one, index) =>
    [
      ...brokenRules(one),
      ...foreignIssuer(one, surroundings),
      ...(surroundings.production ? plainHttpKeys(one) : []),
      ...repetitions(one, given.slice(0, index)),
    ].map(({ path, message }) => ({ path: ['issuers', index, ...path], message })),
  );
}

/** Returns the keys whose values are valid. A key that is given, but invalid, is not missing. */
function validKeys(given: Record<string, unknown> | null): GivenIssuer {
  const valid: GivenIssuer = Object.fromEntries(
    Object.entries(workloadIssuer.shape).map(([key, rule]) => [key, rule.safeParse(given?.[key]).data]),
  );
  const { jwks, jwksUri } = given ?? {};
  return { ...valid, jwks: jwks as GivenIssuer['jwks'], jwksUri: jwksUri as GivenIssuer['jwksUri'] };
}

const brokenRules = (given: GivenIssuer): Fault[] =>
  rulesAboutSources
    .filter(({ isBroken }) => isBroken(given))
    .map(({ key, fault }) => ({ path: [...key], message: fault }));

/**
 * Finds an issuer whose tokens have another meaning to the gateway. A token must never be able to pass as another kind.
 */
function foreignIssuer({ issuer }: GivenIssuer, { url, realmIssuers }: Surroundings): Fault[] {
  if (issuer === undefined) return [];
  const isSame = (other: string) => comparable(other) === comparable(issuer);
  if ([url, issuerOf(url)].some(isSame))
    return [
      {
        path: ['issuer'],
        message:
          'must not be the gateway itself, because a machine could then renew its access with its access token',
      },
    ];
  if (realmIssuers.some(isSame))
    return [
      {
        path: ['issuer'],
        message:
          'must not be the issuer of a realm, because its tokens are for administrators, not for machines',
      },
    ];
  return [];
}

function repetitions({ name, issuer }: GivenIssuer, earlier: readonly GivenIssuer[]): Fault[] {
  const faults: Fault[] = [];
  if (name !== undefined && earlier.some((other) => other.name === name))
    faults.push({ path: ['name'], message: 'is already the name of another issuer' });
  const same = earlier.findIndex(
    (other) => issuer !== undefined && other.issuer && comparable(other.issuer) === comparable(issuer),
  );
  if (same >= 0)
    faults.push({
      path: ['issuer'],
      message: `is already the issuer of issuers[${same}], perhaps in another spelling`,
    });
  return faults;
}

/**
 * Returns an issuer in a form in which two spellings of one URL are equal. Tokens must have the exact text, but two
 * issuers that differ only in a slash at the end, or in the case of the host, are one issuer.
 */
function comparable(issuer: string): string {
  const { protocol, host, pathname, search, hash } = URL.canParse(issuer)
    ? new URL(issuer)
    : { protocol: '', host: '', pathname: issuer, search: '', hash: '' };
  return `${protocol}//${host}${pathname}${search}${hash}`.replace(/\/+$/, '');
}
