import type { Pool } from 'pg';
import { KeyedLimiter } from '../../../platform/database/keyed-limiter.js';
import type { VerifyToken } from './access-token.js';
import { insertRevoked } from './revoked-token.sql.js';
import type { TokenHandler } from './token-handlers.js';

/**
 * The response to a revocation. An invalid token gets the same response, because a client cannot handle an error about
 * it (RFC 7009, section 2.2).
 */
const revoked = { status: 200, body: '' };

/** The response about a token of another client (RFC 7009, section 2.1), with the code of RFC 6749, section 5.2. */
const issuedToAnother = {
  status: 400,
  body: { error: 'invalid_grant', error_description: 'the token was issued to another client' },
};

/**
 * Revokes a token before it expires (RFC 7009). Only the client to which it was issued can revoke it. The revocations
 * of a client take connections in turn, so that no client occupies the whole pool.
 */
export function createRevocation(pool: Pool, verify: VerifyToken): TokenHandler {
  const clientLimiter = new KeyedLimiter();
  return async (token, { credential: { clientId }, request }) => {
    const claims = await verify(token);
    if (!claims) return revoked;
    if (claims.client_id !== clientId) return issuedToAnother;
    await clientLimiter.run(clientId, () => insertRevoked(pool, claims, request));
    return revoked;
  };
}
