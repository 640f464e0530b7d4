import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import type { DerivedKeys } from './derive-keys.js';

const algorithm = 'aes-256-gcm';
/** NIST SP 800-38D, section 8.2.2: 96 random bits. Each key seals hardly more than once. */
const nonceLength = 12;
const tagLength = 16;

/** Encrypts a secret, bound to the row that it is stored in. @returns nonce, tag and ciphertext */
export function seal(secret: string, { hash, seal: key }: DerivedKeys): Buffer {
  const nonce = randomBytes(nonceLength);
  const cipher = createCipheriv(algorithm, key, nonce).setAAD(hash);
  const ciphertext = Buffer.concat([cipher.update(secret, 'utf8'), cipher.final()]);
  return Buffer.concat([nonce, cipher.getAuthTag(), ciphertext]);
}

/** The reverse. @throws Error when it was changed, or sealed under another key */
export function open(sealed: Buffer, { hash, seal: key }: DerivedKeys): string {
  const decipher = createDecipheriv(algorithm, key, sealed.subarray(0, nonceLength), {
    authTagLength: tagLength,
  });
  decipher.setAAD(hash).setAuthTag(sealed.subarray(nonceLength, nonceLength + tagLength));
  const ciphertext = sealed.subarray(nonceLength + tagLength);
  return Buffer.concat([decipher.update(ciphertext), decipher.final()]).toString('utf8');
}
