import { z } from 'zod';
import { ReadFault, readJson } from './read-json.js';
import { isPlainHttp, webAddress } from './web-address.js';

const discoveryDocument = z.object({ issuer: z.string(), jwks_uri: webAddress });

/** OpenID Connect Discovery 1.0, section 4.1: a slash at the end of the issuer is left out. */
export const discoveryUrl = (issuer: string) =>
  `${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`;

/**
 * Asks an issuer where its keys are. They may be on another host: the issuer is trusted to say so.
 * @param production refuses keys that are sent over plain http
 * @throws ReadFault
 */
export async function findJwksUri(issuer: string, production: boolean, signal: AbortSignal): Promise<string> {
  const url = discoveryUrl(issuer);
  const { data } = discoveryDocument.safeParse(await readJson(url, signal));
  if (!data) throw new ReadFault(url, 'the answer names no issuer, or no http or https URL as jwks_uri');
  // OpenID Connect Discovery 1.0, section 4.3: without this, one issuer could speak for another.
  if (data.issuer !== issuer)
    throw new ReadFault(url, `the answer is of the issuer ${JSON.stringify(data.issuer.slice(0, 255))}`);
  if (production && isPlainHttp(data.jwks_uri))
    throw new ReadFault(url, 'jwks_uri is not https, which production requires');
  return data.jwks_uri;
}
