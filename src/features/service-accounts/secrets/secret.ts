import { createHmac } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { customAlphabet } from 'nanoid';
import type { Pepper } from '../../../platform/crypto.js';
import { invalidField } from '../../../platform/errors.js';

const prefix = 'sa_secret_';
/** The source of a regular expression that finds complete and incomplete secrets in a text. */
export const secretInText = `${prefix}\\w+`;
/**
 * Generates the random part of a secret. 31 characters from an alphabet of 36 have 160 bits of entropy, as RFC 6749,
 * section 10.10 recommends.
 */
const randomPart = customAlphabet('0123456789abcdefghijklmnopqrstuvwxyz', 31);

/** Generates a secret: `sa_secret_`, 31 random characters of 0-9a-z, and a checksum of 7 characters. */
export function generateSecret(): string {
  const random = randomPart();
  return `${prefix}${random}${checksum(random)}`;
}

const wholeSecret = new RegExp(`^${prefix}([0-9a-z]{31})[0-9a-z]{7}$`);

/**
 * Returns whether a text has the form and the checksum of a secret. This recognizes a leaked secret without the
 * database.
 */
export function looksLikeSecret(text: string): boolean {
  const random = wholeSecret.exec(text)?.[1];
  return random !== undefined && text.endsWith(checksum(random));
}

/** Returns the part of a secret that may be shown later: its last four characters. */
export const hintOf = (secret: string): string => secret.slice(-4);

/** Returns the CRC-32 in base 36, which has at most 7 digits. */
const checksum = (random: string): string => crc32(random).toString(36).padStart(7, '0');

/**
 * Hashes a secret with HMAC-SHA-256 and the newest pepper, which is the last in the list. A secret has 160 random bits,
 * so a dictionary attack on a stolen hash cannot succeed. scrypt or Argon2 would slow down every token request and add
 * no security.
 */
export function hashSecret(
  secret: string,
  peppers: readonly Pepper[],
): { hash: Buffer; pepperVersion: string } {
  const pepper = peppers.at(-1);
  if (!pepper) throw new Error('No pepper is configured');
  return { hash: hmacUnder(pepper, secret).digest(), pepperVersion: pepper.version };
}

/** Returns the hashes of a secret in hexadecimal, one with each pepper. Any of them may be the stored hash. */
export const hashesOf = (secret: string, peppers: readonly Pepper[]): string[] =>
  peppers.map((pepper) => hmacUnder(pepper, secret).digest('hex'));

const hmacUnder = ({ key }: Pepper, secret: string) => createHmac('sha256', key).update(secret);

/**
 * Requires that a text has the form and the checksum of a secret. The error does not repeat the text, because part of
 * it may be a secret.
 * @throws AppError BAD_USER_INPUT
 */
export function requireSecret(field: string, text: string): void {
  if (looksLikeSecret(text)) return;
  throw invalidField(
    field,
    'must be a complete client secret of this gateway: sa_secret_ followed by 38 characters of 0-9a-z, the last 7 of which are a checksum',
  );
}
