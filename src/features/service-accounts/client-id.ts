import { randomBytes } from 'node:crypto';

/** Makes a client id. It has only 48 random bits, since the secret protects the account, and not the client id. */
export const generateClientId = (): string => `sa_client_${randomBytes(6).toString('hex')}`;

/** Tells whether a text has the form of a client ID. */
export const isClientId = (text: string): boolean => /^sa_client_[\da-f]{12}$/.test(text);
