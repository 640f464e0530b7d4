import { randomBytes } from 'node:crypto';

/** Makes a client id. Its 48 random bits tell accounts apart; what protects an account is the secret. */
export const generateClientId = (): string => `sa_client_${randomBytes(6).toString('hex')}`;

export const isClientId = (text: string): boolean => /^sa_client_[\da-f]{12}$/.test(text);
