import { z } from 'zod';
import { type PublicKey, publicKey } from './public-key.js';
import { ReadFault, readJson } from './read-json.js';
import { isPlainHttp, webAddress } from './web-address.js';

const discoveryDocument = z.object({ issuer: z.string(), jwks_uri: webAddress });

/** RFC 7517, section 5. No issuer has more than a hundred keys, and each key costs time. */
const jwkSet = z.object({ keys: z.array(z.unknown()).max(100) });

/** Returns the URL of discovery, without the slash that an issuer may end with (OpenID Connect Discovery 1.0, 4.1). */
const discoveryUrl = (issuer: string) => `${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`;

/**
 * Asks an issuer for the URL of its keys. They may be on another host: the issuer is trusted to say so.
 * @param production refuses keys that are sent over plain http
 * @throws ReadFault
 */
export async function findJwksUri(issuer: string, production: boolean, signal: AbortSignal): Promise<string> {
  const url = discoveryUrl(issuer);
  const { data } = discoveryDocument.safeParse(await readJson(url, signal));
  if (!data)
    throw new ReadFault(url, 'the response must contain issuer, and an http or https URL in jwks_uri');
  // OpenID Connect Discovery 1.0, section 4.3: without this, one issuer could speak for another.
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
  /** The number of keys that are ignored, as RFC 7517, section 5, demands: those of other types, private or broken. */
  skipped: number;
}

/**
 * Reads an issuer's JWK Set. A set without a usable key is valid, too: its issuer has withdrawn all keys.
 * @throws ReadFault
 */
export async function readKeyDocument(url: string, signal: AbortSignal): Promise<KeyDocument> {
  const { data } = jwkSet.safeParse(await readJson(url, signal));
  if (!data) throw new ReadFault(url, 'the response is not a JWK Set with at most 100 keys');
  const keys = data.keys.flatMap((key) => publicKey.safeParse(key).data ?? []);
  return { url, keys, skipped: data.keys.length - keys.length };
}
