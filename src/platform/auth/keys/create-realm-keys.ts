import { createLocalJWKSet } from 'jose';
import type { Logger } from 'pino';
import type { Realm } from '../realms.js';
import { createAttemptsLog } from './attempts-log.js';
import { findJwksUri } from './discovery.js';
import { createIssuerKeys } from './issuer-keys.js';
import { readKeyDocument } from './key-document.js';
import type { RealmKeys } from './realm-keys.js';

/**
 * The keys that stand in the realms file, or that its `jwksUri`, or else its issuer, leads to.
 * @param production refuses keys that are sent over plain http
 */
export function createRealmKeys(realm: Realm, production: boolean, log: Logger): RealmKeys {
  const { name, issuer, jwks, jwksUri } = realm;
  if (jwks) {
    const keys = Promise.resolve(createLocalJWKSet(jwks));
    return { current: () => keys, renewed: () => keys };
  }
  return createIssuerKeys(
    async (signal) => readKeyDocument(jwksUri ?? (await findJwksUri(issuer, production, signal)), signal),
    createAttemptsLog(name, log),
  );
}
