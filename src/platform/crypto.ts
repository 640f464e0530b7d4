import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';

/** A key of SECRET_PEPPERS. Its version is stored beside each hash, so that keys can be changed. */
export interface Pepper {
  version: string;
  key: Buffer;
}

const algorithm = 'aes-256-gcm';
/** NIST SP 800-38D, section 8.2.2: 96 random bits, good for 2^32 encryptions under one key (section 8.3). */
const nonceLength = 12;
const tagLength = 16;

/**
 * Encrypts a secret for the database and binds it to its row.
 * @param key of AES-256
 * @param row additional authenticated data that identifies the row; opening the secret takes the same
 * @returns nonce, tag and ciphertext
 */
export function seal(secret: string, key: Buffer, row: Buffer): Buffer {
  const nonce = randomBytes(nonceLength);
  const cipher = createCipheriv(algorithm, key, nonce).setAAD(row);
  const ciphertext = Buffer.concat([cipher.update(secret, 'utf8'), cipher.final()]);
  return Buffer.concat([nonce, cipher.getAuthTag(), ciphertext]);
}

/** Decrypts a sealed secret. @throws Error when it was changed, or sealed under another key or for another row */
export function open(sealed: Buffer, key: Buffer, row: Buffer): string {
  const decipher = createDecipheriv(algorithm, key, sealed.subarray(0, nonceLength), {
    authTagLength: tagLength,
  });
  decipher.setAAD(row).setAuthTag(sealed.subarray(nonceLength, nonceLength + tagLength));
  const ciphertext = sealed.subarray(nonceLength + tagLength);
  return Buffer.concat([decipher.update(ciphertext), decipher.final()]).toString('utf8');
}
