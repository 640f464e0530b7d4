import { z } from 'zod';
import type { Fault } from '../files/faults.js';
import { isTemplate } from '../realms/issuers.js';
import { publicKey } from './public-key.js';
import { isPlainHttp, webAddress } from './web-address.js';

/**
 * All algorithms are asymmetric. With a symmetric key, everyone who can verify a token could also issue one (RFC 8725,
 * section 3.1).
 */
const algorithms = [
  'RS256',
  'RS384',
  'RS512',
  'PS256',
  'PS384',
  'PS512',
  'ES256',
  'ES384',
  'ES512',
  'EdDSA',
  'Ed25519',
] as const;

/** The rule for a text that must not be empty. */
export const text = z
  .string({ error: ({ input }) => (input === undefined ? 'is required' : 'must be a string') })
  .min(1, 'must not be empty');

/** The rules for what the operator writes about every issuer that the gateway trusts: its name, and its keys. */
export const trustedIssuer = {
  name: z
    .string('is required')
    .regex(/^[\w.-]{1,64}$/, 'must be 1 to 64 letters, digits, dots, hyphens or underscores'),
  issuer: text.refine((issuer) => issuer.trim() === issuer, 'must not start or end with white space'),
  jwksUri: webAddress.optional(),
  jwks: z.strictObject({ keys: z.array(publicKey).min(1, 'must contain at least one key') }).optional(),
  algorithms: z
    .array(z.enum(algorithms, `must be one of ${algorithms.join(', ')}`))
    .min(1, 'must contain at least one algorithm')
    .default([...algorithms]),
};

/** Where the keys of an issuer are. */
export interface KeySource {
  issuer?: string;
  jwks?: unknown;
  jwksUri?: string;
}

/** A rule about several keys of an object in a file. It ignores keys whose values are invalid. */
export interface Rule<Given> {
  key: string[];
  isBroken(given: Given): boolean;
  fault: string;
}

export const rulesAboutSources: readonly Rule<KeySource>[] = [
  {
    key: ['jwksUri'],
    isBroken: ({ jwks, jwksUri }) => Boolean(jwks && jwksUri),
    fault: 'cannot be combined with jwks; give only one of the two',
  },
  {
    key: ['issuer'],
    isBroken: (given) =>
      given.issuer !== undefined &&
      usesDiscovery(given) &&
      !isTemplate(given.issuer) &&
      !canBeDiscovered(given.issuer),
    fault: 'must be an http or https URL without query and fragment, unless jwksUri or jwks is given',
  },
];

/** Returns whether the gateway gets the URL of the keys from the issuer's discovery document. */
export const usesDiscovery = ({ jwks, jwksUri }: KeySource): boolean => !jwks && !jwksUri;

/**
 * Returns whether discovery is possible: the issuer must have no query and no fragment (OpenID Connect Discovery 1.0,
 * section 3).
 */
const canBeDiscovered = (issuer: string) => webAddress.safeParse(issuer).success && !/[?#]/.test(issuer);

/** Finds keys that are read over plain HTTP, where anyone on the network path could replace them. */
export function plainHttpKeys(source: KeySource): Fault[] {
  const key = usesDiscovery(source) ? 'issuer' : 'jwksUri';
  const url = source[key];
  return url && URL.canParse(url) && isPlainHttp(url)
    ? [{ path: [key], message: 'must be an https URL in production, except on a loopback address' }]
    : [];
}
