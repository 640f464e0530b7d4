import type { Logger } from 'pino';
import type { Realm } from '../realms/realms-file.js';
import { createAttemptsLog } from './attempts-log.js';
import { findJwksUri, readKeyDocument } from './issuer-documents.js';
import { createIssuerKeys, type RealmKeys } from './issuer-keys.js';
import { createKeySet } from './key-set.js';

/**
 * Creates the keys of a realm. They come from the realms file, from the `jwksUri`, or from the URL in the issuer's
 * discovery document.
 * @param production whether to reject keys that would be read over plain HTTP
 */
export function createRealmKeys(realm: Realm, production: boolean, log: Logger): RealmKeys {
  const { name, issuer, jwks, jwksUri } = realm;
  if (jwks) {
    const keys = Promise.resolve(createKeySet(jwks.keys));
    return { current: () => keys, renewed: () => keys };
  }
  return createIssuerKeys(
    async (signal) => readKeyDocument(jwksUri ?? (await findJwksUri(issuer, production, signal)), signal),
    createKeySet,
    createAttemptsLog(name, log),
  );
}
