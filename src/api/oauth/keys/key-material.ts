import { createPrivateKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { calculateJwkThumbprint, type JWK } from 'jose';
import type { SigningAlgorithm } from '../../../platform/auth/access-token-settings.js';
import { open, seal } from '../../../platform/crypto.js';
import { StartError } from '../../../platform/start-error.js';
import type { KeyRow } from './signing-keys.sql.js';

/** One of KEY_ENCRYPTION_KEYS. The last one seals, and all of them open. */
export interface KeyEncryptionKey {
  version: string;
  key: Buffer;
}

const generate: Record<SigningAlgorithm, () => { privateKey: KeyObject; publicKey: KeyObject }> = {
  ES256: () => generateKeyPairSync('ec', { namedCurve: 'P-256' }),
  EdDSA: () => generateKeyPairSync('ed25519'),
};

type Identity = Pick<KeyRow, 'kid' | 'algorithm'>;

/** Binds a sealed private key to its row, so that nobody who can write to the database can swap two of them. */
const additionalData = ({ kid, algorithm }: Identity) => Buffer.from(`signing_key ${kid} ${algorithm}`);

/** Generates a key. @returns its columns, in the order in which the statements insert them */
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

/** Seals a private key. @returns what is stored: the sealed key, and the version of the key that it is sealed under */
export function sealPrivateKey(
  identity: Identity,
  privateKey: KeyObject,
  keyEncryptionKeys: readonly KeyEncryptionKey[],
): [Buffer, string] {
  const { key, version } = newestOf(keyEncryptionKeys);
  const pem = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
  return [seal(pem, key, additionalData(identity)), version];
}

/** Returns the key that seals. @throws StartError for none */
export function newestOf(keyEncryptionKeys: readonly KeyEncryptionKey[]): KeyEncryptionKey {
  const newest = keyEncryptionKeys.at(-1);
  if (!newest) throw new StartError('KEY_ENCRYPTION_KEYS: must be set');
  return newest;
}

const advice =
  'If that key encryption key is lost, create a new signing key with `npm run keys -- rotate --compromised --force`';

/** Opens the private key of a row. @throws StartError that names what KEY_ENCRYPTION_KEYS lacks */
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
