import type { Logger } from 'pino';
import { createAttemptsLog, type KeyOwner } from './attempts-log.js';
import { findJwksUri, readKeyDocument } from './issuer-documents.js';
import { createIssuerKeys, type IssuerKeys } from './issuer-keys.js';
import { createKeySet } from './key-set.js';
import type { PublicKey } from './public-key.js';

/** An issuer that the operator trusts, and where its keys are. */
interface TrustedIssuer {
  name: string;
  issuer: string;
  jwks?: { keys: PublicKey[] };
  jwksUri?: string;
}

/**
 * Creates the keys of an issuer. They come from the file that names the issuer, from the `jwksUri`, or from the URL in
 * the issuer's discovery document.
 * @param owner what the issuer is to the gateway, for the log
 * @param production whether to reject keys that would be read over plain HTTP
 */
export function createKeysOf(
  owner: KeyOwner,
  { name, issuer, jwks, jwksUri }: TrustedIssuer,
  production: boolean,
  log: Logger,
): IssuerKeys {
  if (jwks) {
    const keys = Promise.resolve(createKeySet(jwks.keys));
    return { current: () => keys, renewed: () => keys };
  }
  return createIssuerKeys(
    async (signal) => readKeyDocument(jwksUri ?? (await findJwksUri(issuer, production, signal)), signal),
    createKeySet,
    createAttemptsLog(owner, name, log),
  );
}
