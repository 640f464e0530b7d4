/** What tokens can be signed with (RFC 7518, section 3.1; RFC 8037, section 3.1). */
export const signingAlgorithms = ['ES256', 'EdDSA'] as const;
export type SigningAlgorithm = (typeof signingAlgorithms)[number];

/** Seconds. A key is published for as long after its last signature. */
export const longestTokenLifetime = 60 * 60;

/** What tokens are for, unless the configuration says otherwise. @param url of the gateway */
export const defaultAudience = (url: string): string => `${url}/api`;

/** Who tokens are from (RFC 8414, section 2). @param url of the gateway */
export const issuerOf = (url: string): string => `${url}/oauth2`;
