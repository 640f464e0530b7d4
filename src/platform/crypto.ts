import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';

/**
 * A key of SECRET_PEPPERS. Each hash is stored with the version of its pepper, so that operators can rotate peppers.
 */
export interface Pepper {
  version: string;
  key: Buffer;
}

const algorithm = 'aes-256-gcm';
/** NIST SP 800-38D, section 8.2.2: 96 random bits, which allow 2^32 encryptions with one key (section 8.3). */
const nonceLength = 12;
const tagLength = 16;

/**
 * Encrypts a secret for the database and binds it to its row.
 * @param key the AES-256 key
 * @param row additional authenticated data that identifies the row; `open` needs the same data
 * @returns nonce, tag and ciphertext
 */
export function seal(secret: string, key: Buffer, row: Buffer): Buffer {
  const nonce = randomBytes(nonceLength);
  const cipher = createCipheriv(algorithm, key, nonce).setAAD(row);
  const ciphertext = Buffer.concat([cipher.update(secret, 'utf8'), cipher.final()]);
  return Buffer.concat([nonce, cipher.getAuthTag(), ciphertext]);
}

/** Decrypts a sealed secret. @throws Error if it was changed, or sealed with another key or for another row */
export function open(sealed: Buffer, key: Buffer, row: Buffer): string {
  const decipher = createDecipheriv(algorithm, key, sealed.subarray(0, nonceLength), {
    authTagLength: tagLength,
  });
  decipher.setAAD(row).setAuthTag(sealed.subarray(nonceLength, nonceLength + tagLength));
  const ciphertext = sealed.subarray(nonceLength + tagLength);
  return Buffer.concat([decipher.update(ciphertext), decipher.final()]).toString('utf8');
}
