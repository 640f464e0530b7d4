import type { Gateway } from '../../harness/gateway.js';
import { basic, type Machine, post } from './machine.js';

type Credentials = Pick<Machine, 'clientId' | 'clientSecret'>;

const ask =
  (endpoint: string) =>
  (gateway: Gateway, credentials: Credentials, token: string, more: Record<string, string> = {}) =>
    post(gateway, endpoint, { token, ...more }, { authorization: basic(credentials) });

/** Asks about a token with HTTP Basic (RFC 7662, section 2.1). */
export const introspect = ask('introspect');

/** Revokes a token with HTTP Basic (RFC 7009, section 2.1). */
export const revoke = ask('revoke');
