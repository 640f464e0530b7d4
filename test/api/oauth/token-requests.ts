import type { Gateway } from '../../harness/gateway.js';
import { basic, type Machine, post } from './machine.js';

type Credentials = Pick<Machine, 'clientId' | 'clientSecret'>;

const ask =
  (endpoint: string) =>
  (gateway: Gateway, credentials: Credentials, token: string, more: Record<string, string> = {}) =>
    post(gateway, endpoint, { token, ...more }, { authorization: basic(credentials) });

/** Introspects a token (RFC 7662, section 2.1). The client authenticates with HTTP Basic. */
export const introspect = ask('introspect');

/** Revokes a token (RFC 7009, section 2.1). The client authenticates with HTTP Basic. */
export const revoke = ask('revoke');
