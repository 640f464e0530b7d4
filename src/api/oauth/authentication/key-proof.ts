import { generateKeyPair, hash, type KeyObject } from 'node:crypto';
import { promisify } from 'node:util';
import { LRUCache } from 'lru-cache';
import { isClientId } from '../../../features/service-accounts/client-id.js';
import type { ClientKey, FindKeys } from '../../../features/service-accounts/sign-in/find-keys.js';
import type { UseAssertion } from '../../../features/service-accounts/sign-in/use-assertion.js';
import { atMost } from '../../../platform/cache-size.js';
import { isSignedBy, type JwsAlgorithm } from '../tokens/jws.js';
import { type Assertion, tolerance } from './assertion.js';
import type { Proof } from './proof.js';

/** The maximum number of clients whose keys are remembered. A client has at most five. */
const maxClients = 10_000;
/** The maximum number of assertions that are remembered until they expire. They take about 15 MB. */
const maxAssertions = 100_000;

/** Creates the proof of a client that presents an assertion. */
export type ProveByKey = (assertion: Assertion) => Proof;

/**
 * Creates the function that checks assertions. It remembers the keys of clients, so that a signature can be verified
 * before the database is asked. Whether the key still exists, and whether the assertion was used before, is decided in
 * the database at each request.
 */
export function createKeyProofs(findKeys: FindKeys, useAssertion: UseAssertion): ProveByKey {
  const known = new LRUCache<string, ClientKey[]>(atMost(maxClients));
  const seen = new LRUCache<string, true>(atMost(maxAssertions));

  return (assertion) => {
    const { text, clientId, jti, exp } = assertion;
    const id = hash('sha256', text, 'base64url');
    const remember = () => seen.set(id, true, { ttl: Math.max(1, (exp + tolerance) * 1000 - Date.now()) });
    /** The remembered key that has signed the assertion. */
    let rememberedKey: ClientKey | undefined;

    return {
      clientId,
      // A client sends each assertion once. Whoever sends it again must not use up the limit of the client.
      isKnown: async () => {
        rememberedKey = await findSigner(assertion, known.get(clientId) ?? []);
        if (!rememberedKey || seen.has(id)) return false;
        remember();
        return true;
      },
      check: async () => {
        const credential = rememberedKey && (await useAssertion({ key: rememberedKey.id, jti, exp }));
        if (credential) {
          if (credential.rejectedBecause === 'key_expired') known.delete(clientId);
          return credential;
        }
        // No key is remembered that has signed the assertion, or the key was removed and perhaps added again.
        if (rememberedKey) known.delete(clientId);
        const keys = isClientId(clientId) ? await findKeys(clientId) : [];
        const key = await findSigner(assertion, keys);
        const found = key && (await useAssertion({ key: key.id, jti, exp }));
        if (found?.rejectedBecause === null) {
          known.set(clientId, keys);
          remember();
        }
        return found ?? 'wrong_key';
      },
    };
  };
}

/**
 * Returns the key that verifies an assertion. Without a key that could, it verifies the signature with a decoy, so
 * that the time does not tell whether the client or the key exists.
 */
async function findSigner(assertion: Assertion, keys: readonly ClientKey[]): Promise<ClientKey | undefined> {
  const { text, kid, algorithm } = assertion;
  const candidates = keys.filter(
    (key) =>
      key.algorithms.includes(algorithm) && (kid === undefined || kid === key.kid || kid === key.thumbprint),
  );
  for (const key of candidates) if (await isSignedBy(text, key.publicKey, algorithm)) return key;
  if (candidates.length === 0) await isSignedBy(text, await decoyFor(algorithm), algorithm);
  return undefined;
}

const generate = promisify(generateKeyPair);
const generateRsa = () => generate('rsa', { modulusLength: 2048 });
const generators: Record<JwsAlgorithm, () => Promise<{ publicKey: KeyObject }>> = {
  ES256: () => generate('ec', { namedCurve: 'P-256' }),
  ES384: () => generate('ec', { namedCurve: 'P-384' }),
  EdDSA: () => generate('ed25519'),
  RS256: generateRsa,
  PS256: generateRsa,
};
const decoys = new Map<JwsAlgorithm, Promise<{ publicKey: KeyObject }>>();

/** Returns a key that no client has. */
async function decoyFor(algorithm: JwsAlgorithm): Promise<KeyObject> {
  const decoy = decoys.get(algorithm) ?? generators[algorithm]();
  decoys.set(algorithm, decoy);
  return (await decoy).publicKey;
}
