import { randomBytes } from 'node:crypto';

/** Generates a client ID. 48 random bits are enough, because the secret protects the account, not the client ID. */
export const generateClientId = (): string => `sa_client_${randomBytes(6).toString('hex')}`;

/** Returns whether a text has the form of a client ID. */
export const isClientId = (text: string): boolean => /^sa_client_[\da-f]{12}$/.test(text);
