import { z } from 'zod';
import { issuerOf } from '../access-token-settings.js';
import type { Fault } from '../files/faults.js';
import { plainHttpKeys } from '../keys/trusted-issuer.js';
import { issuersOf } from './issuers.js';
import { canShareToken } from './overlap.js';
import { type GivenRealm, realm, rulesAboutSeveralKeys } from './realm.js';

/**
 * The rules for the keys of the realms file, which lists the realms and the roles and tenants that each realm grants.
 * An unknown key is a fault, because a misspelled `grants` would otherwise grant everything.
 */
export const realmsFile = z.strictObject({
  default: z.string('is required'),
  realms: z.array(realm, 'is required, and must be a list').min(1, 'must contain at least one realm'),
});

export type RealmsFile = z.output<typeof realmsFile>;
export type Realm = RealmsFile['realms'][number];

export interface Surroundings {
  /** The URL of the gateway. No realm may have the gateway itself as its issuer. */
  url: string;
  /** Whether keys over plain HTTP are a fault. */
  production: boolean;
}

/** Finds the faults that concern several keys or realms, even if other keys are invalid. */
export function faultsBetween(content: unknown, surroundings: Surroundings): Fault[] {
  const { default: defaultRealm, realms } = validParts(content);
  const names = realms.map(({ name }) => name);
  const isDefaultKnown = defaultRealm !== undefined && names.includes(defaultRealm);
  const faults = realms.flatMap((given, index) =>
    [
      ...brokenRules(given),
      ...ownIssuer(given, surroundings.url),
      ...(surroundings.production ? plainHttpKeys(given) : []),
      ...repeatedName(given, names.slice(0, index)),
      ...sharedTokens(given, realms.slice(0, index)),
      // While the default is wrong, it is unknown which realm may omit its grants.
      ...(isDefaultKnown ? missingGrants(given, defaultRealm) : []),
    ].map(({ path, message }) => ({ path: ['realms', index, ...path], message })),
  );
  const valid = names.filter((name) => name !== undefined).join(', ');
  if (defaultRealm !== undefined && !isDefaultKnown && valid)
    faults.push({ path: ['default'], message: `must be the name of one of the realms: ${valid}` });
  return faults;
}

/** The keys of a realm whose values are valid. */
type Parts = GivenRealm & { hasGrants: boolean };

/** Returns the keys whose values are valid. */
function validParts(content: unknown): { default?: string; realms: Parts[] } {
  const { default: defaultRealm, realms } = (content ?? {}) as { default?: unknown; realms?: unknown };
  return {
    default: realmsFile.shape.default.safeParse(defaultRealm).data,
    realms: (Array.isArray(realms) ? realms : []).map(validKeys),
  };
}

function validKeys(given: Record<string, unknown> | null): Parts {
  const valid: GivenRealm = Object.fromEntries(
    Object.entries(realm.shape).map(([key, rule]) => [key, rule.safeParse(given?.[key]).data]),
  );
  const { jwks, jwksUri, issuerTenants, grants } = given ?? {};
  // A key that is given, but invalid, is not missing.
  return {
    ...valid,
    jwks: jwks as Parts['jwks'],
    jwksUri: jwksUri as Parts['jwksUri'],
    issuerTenants: valid.issuerTenants ?? (issuerTenants === undefined ? undefined : []),
    hasGrants: grants !== undefined,
  };
}

const brokenRules = (given: GivenRealm): Fault[] =>
  rulesAboutSeveralKeys
    .filter(({ isBroken }) => isBroken(given))
    .map(({ key, fault }) => ({ path: [...key], message: fault }));

/**
 * Finds a realm whose issuer is the gateway itself. Its access tokens are for machines, which such a realm would all
 * accept as administrators.
 */
function ownIssuer({ issuer, issuerTenants }: GivenRealm, url: string): Fault[] {
  const gateway = withoutSlash(url);
  const own = [gateway, issuerOf(gateway)];
  const message =
    'must not be the gateway itself, because its access tokens are for machines, not for administrators';
  return issuer && issuersOf({ issuer, issuerTenants }).some((one) => own.includes(withoutSlash(one)))
    ? [{ path: ['issuer'], message }]
    : [];
}

const repeatedName = ({ name }: Parts, earlier: readonly (string | undefined)[]): Fault[] =>
  name !== undefined && earlier.includes(name)
    ? [{ path: ['name'], message: 'is already the name of another realm' }]
    : [];

/** Finds the earlier realms whose tokens a realm could accept as well. */
function sharedTokens(given: Parts, earlier: readonly Parts[]): Fault[] {
  const names = earlier.flatMap((other, index) =>
    canShareToken(given, other) ? (other.name ?? `realms[${index}]`) : [],
  );
  if (names.length === 0) return [];
  const message =
    `the realm ${given.name ?? ''} must not accept the same tokens as ${names.join(', ')}, because callers could choose ` +
    'the realm that grants more with the header realmname; give the realms different audiences in the same ' +
    'audienceClaim, or requiredClaims with different values of the same claim';
  return [{ path: [], message }];
}

function missingGrants({ name, hasGrants }: Parts, defaultRealm: string): Fault[] {
  const message = 'is required; only the default realm may omit it, which grants all roles and tenants';
  return name === undefined || hasGrants || name === defaultRealm ? [] : [{ path: ['grants'], message }];
}

const withoutSlash = (url: string) => url.replace(/\/+$/, '');
