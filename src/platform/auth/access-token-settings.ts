/** The algorithms that can sign access tokens (RFC 7518, section 3.1; RFC 8037, section 3.1). */
export const signingAlgorithms = ['ES256', 'EdDSA'] as const;
export type SigningAlgorithm = (typeof signingAlgorithms)[number];

/** The minimum lifetime of an access token in seconds that can be set. */
export const shortestTokenLifetime = 60;

/**
 * The maximum lifetime of an access token in seconds. A signing key is published for this time after its last
 * signature. An expired secret can be revoked for this time, which also revokes the access tokens that were issued for
 * it.
 */
export const longestTokenLifetime = 60 * 60;

/** Returns the URL of a gateway without PUBLIC_URL. @param host an IP address or a name */
export const localUrl = (host: string, port: number | string): string =>
  `http://${host.includes(':') ? `[${host}]` : host}:${port}`;

/** Returns the default audience of access tokens. @param url of the gateway */
export const defaultAudience = (url: string): string => `${url}/api`;

/** Returns the issuer identifier of access tokens (RFC 8414, section 2). @param url of the gateway */
export const issuerOf = (url: string): string => `${url}/oauth2`;
