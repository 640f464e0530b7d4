import { createHmac } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { customAlphabet } from 'nanoid';
import type { Pepper } from '../../../platform/crypto.js';

const prefix = 'sa_secret_';
/** 31 characters of 36 are 160 bits, as RFC 6749, section 10.10 asks of what an attacker may guess at. */
const randomPart = customAlphabet('0123456789abcdefghijklmnopqrstuvwxyz', 31);

/** A new secret: `sa_secret_`, 31 random characters of 0-9a-z, and 7 that check them. */
export function generateSecret(): string {
  const random = randomPart();
  return `${prefix}${random}${checksum(random)}`;
}

/** Whether a text has a secret's form and checksum, so that a leaked one is recognised without a database. */
export function looksLikeSecret(text: string): boolean {
  const random = /^sa_secret_([0-9a-z]{31})[0-9a-z]{7}$/.exec(text)?.[1];
  return random !== undefined && text.endsWith(checksum(random));
}

/** What may be shown of a secret ever after: its last four characters. */
export const hintOf = (secret: string): string => secret.slice(-4);

/** CRC-32 in base 36: 36 to the 7th is the first power that holds 32 bits. */
const checksum = (random: string): string => crc32(random).toString(36).padStart(7, '0');

/**
 * HMAC-SHA-256 under the newest pepper, which is the last. A secret has 160 random bits, so no dictionary
 * helps against a stolen hash: scrypt or Argon2 would cost every token request time and add no safety.
 */
export function hashSecret(
  secret: string,
  peppers: readonly Pepper[],
): { hash: Buffer; pepperVersion: string } {
  const pepper = peppers.at(-1);
  if (!pepper) throw new Error('there is no pepper');
  return { hash: hashUnder(pepper, secret), pepperVersion: pepper.version };
}

/** What it may be stored as: its hash under each pepper. */
export const hashesOf = (secret: string, peppers: readonly Pepper[]): Buffer[] =>
  peppers.map((pepper) => hashUnder(pepper, secret));

const hashUnder = ({ key }: Pepper, secret: string): Buffer =>
  createHmac('sha256', key).update(secret).digest();
