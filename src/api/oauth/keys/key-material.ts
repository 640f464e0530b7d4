import { createPrivateKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { calculateJwkThumbprint, type JWK } from 'jose';
import type { SigningAlgorithm } from '../../../platform/auth/access-token-settings.js';
import { open, seal } from '../../../platform/crypto.js';
import { StartError } from '../../../platform/start-error.js';
import type { KeyRow } from './signing-keys.sql.js';

/** One of KEY_ENCRYPTION_KEYS. The last of these encrypts, and each of them decrypts. */
export interface KeyEncryptionKey {
  version: string;
  key: Buffer;
}

const generate: Record<SigningAlgorithm, () => { privateKey: KeyObject; publicKey: KeyObject }> = {
  ES256: () => generateKeyPairSync('ec', { namedCurve: 'P-256' }),
  EdDSA: () => generateKeyPairSync('ed25519'),
};

type Identity = Pick<KeyRow, 'kid' | 'algorithm'>;

/** Binds an encrypted private key to its row. A person with write access to the database cannot swap two keys. */
const additionalData = ({ kid, algorithm }: Identity) => Buffer.from(`signing_key ${kid} ${algorithm}`);

/** Generates a key. @returns its columns, in the order of the insert statements */
export async function newKey(
  algorithm: SigningAlgorithm,
  keyEncryptionKeys: readonly KeyEncryptionKey[],
): Promise<[kid: string, ...unknown[]]> {
  const { privateKey, publicKey } = generate[algorithm]();
  const jwk = publicKey.export({ format: 'jwk' }) as JWK;
  const kid = await calculateJwkThumbprint(jwk); // RFC 7638
  const published: JWK = { ...jwk, kid, alg: algorithm, use: 'sig' };
  return [kid, algorithm, published, ...sealPrivateKey({ kid, algorithm }, privateKey, keyEncryptionKeys)];
}

/** Encrypts a private key. @returns the encrypted key, and the version of the key encryption key */
export function sealPrivateKey(
  identity: Identity,
  privateKey: KeyObject,
  keyEncryptionKeys: readonly KeyEncryptionKey[],
): [Buffer, string] {
  const { key, version } = newestOf(keyEncryptionKeys);
  const pem = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
  return [seal(pem, key, additionalData(identity)), version];
}

/** Returns the key that encrypts. @throws StartError if KEY_ENCRYPTION_KEYS is empty */
export function newestOf(keyEncryptionKeys: readonly KeyEncryptionKey[]): KeyEncryptionKey {
  const newest = keyEncryptionKeys.at(-1);
  if (!newest) throw new StartError('KEY_ENCRYPTION_KEYS: must be set');
  return newest;
}

const advice =
  'If that key encryption key is lost, create a new signing key with `npm run keys -- rotate --compromised --force`';

/**
 * Decrypts the private key of a row.
 * @throws StartError that names the key encryption key which is missing or wrong
 */
export function openPrivateKey(row: KeyRow, keyEncryptionKeys: readonly KeyEncryptionKey[]): KeyObject {
  const { kid, keyVersion, sealedPrivateKey } = row;
  const found = keyEncryptionKeys.find(({ version }) => version === keyVersion);
  if (!found || !sealedPrivateKey) {
    throw new StartError(
      `KEY_ENCRYPTION_KEYS: must contain ${keyVersion}, which encrypts the signing key ${kid}. ${advice}`,
    );
  }
  try {
    return createPrivateKey(open(sealedPrivateKey, found.key, additionalData(row)));
  } catch {
    throw new StartError(
      `KEY_ENCRYPTION_KEYS: ${keyVersion} does not decrypt the signing key ${kid}, which was encrypted with another key. ${advice}`,
    );
  }
}
