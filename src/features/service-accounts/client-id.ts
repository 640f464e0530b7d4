import { customAlphabet } from 'nanoid';

/**
 * Generates the random part of a client ID. 48 random bits are enough, because the secret protects the account, not the
 * client ID. nanoid takes them from a pool of random bytes, without a call of OpenSSL for each ID.
 */
const randomPart = customAlphabet('0123456789abcdef', 12);

/** Generates a client ID. */
export const generateClientId = (): string => `sa_client_${randomPart()}`;

/** Returns whether a text has the form of a client ID. */
export const isClientId = (text: string): boolean => /^sa_client_[\da-f]{12}$/.test(text);
