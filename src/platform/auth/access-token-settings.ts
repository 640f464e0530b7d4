/** The algorithms that access tokens can be signed with (RFC 7518, section 3.1; RFC 8037, section 3.1). */
export const signingAlgorithms = ['ES256', 'EdDSA'] as const;
export type SigningAlgorithm = (typeof signingAlgorithms)[number];

/**
 * The longest life of an access token in seconds. A signing key is published for as long after its last signature,
 * and revoking a secret has an effect for as long after the secret has expired.
 */
export const longestTokenLifetime = 60 * 60;

/** Returns the audience of access tokens where the configuration names none. @param url of the gateway */
export const defaultAudience = (url: string): string => `${url}/api`;

/** Returns the issuer identifier of access tokens (RFC 8414, section 2). @param url of the gateway */
export const issuerOf = (url: string): string => `${url}/oauth2`;
