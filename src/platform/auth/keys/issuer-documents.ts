import { z } from 'zod';
import { type PublicKey, publicKey } from './public-key.js';
import { ReadFault, readJson } from './read-json.js';
import { isPlainHttp, webAddress } from './web-address.js';

const discoveryDocument = z.object({ issuer: z.string(), jwks_uri: webAddress });

/** RFC 7517, section 5. No issuer has more than a hundred keys, and each key takes time to check. */
const jwkSet = z.object({ keys: z.array(z.unknown()).max(100) });

/**
 * Returns the URL of the discovery document. An issuer may end with a slash, which is removed (OpenID Connect Discovery
 * 1.0, section 4.1).
 */
const discoveryUrl = (issuer: string) => `${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`;

/**
 * Reads the URL of an issuer's keys from its discovery document. The URL may name another host, because the gateway
 * trusts the issuer to choose it.
 * @param production whether to reject keys that would be read over plain HTTP
 * @throws ReadFault
 */
export async function findJwksUri(issuer: string, production: boolean, signal: AbortSignal): Promise<string> {
  const url = discoveryUrl(issuer);
  const { data } = discoveryDocument.safeParse(await readJson(url, signal));
  if (!data)
    throw new ReadFault(url, 'the response must contain issuer, and an http or https URL in jwks_uri');
  // OpenID Connect Discovery 1.0, section 4.3: without this check, one issuer could impersonate another.
  if (data.issuer !== issuer)
    throw new ReadFault(
      url,
      `the response is about another issuer: ${JSON.stringify(data.issuer.slice(0, 255))}`,
    );
  if (production && isPlainHttp(data.jwks_uri))
    throw new ReadFault(url, 'jwks_uri must be an https URL in production');
  return data.jwks_uri;
}

export interface KeyDocument {
  url: string;
  keys: PublicKey[];
  /**
   * The number of ignored keys. RFC 7517, section 5, recommends ignoring keys of unknown types and invalid keys.
   * Private keys are ignored, too.
   */
  skipped: number;
}

/**
 * Reads an issuer's JWK Set. A set without a usable key is also valid: the issuer has withdrawn all keys.
 * @throws ReadFault
 */
export async function readKeyDocument(url: string, signal: AbortSignal): Promise<KeyDocument> {
  const { data } = jwkSet.safeParse(await readJson(url, signal));
  if (!data) throw new ReadFault(url, 'the response is not a JWK Set with at most 100 keys');
  const keys = data.keys.flatMap((key) => publicKey.safeParse(key).data ?? []);
  return { url, keys, skipped: data.keys.length - keys.length };
}
