import type { Pool } from 'pg';
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

/** Revokes a token before it expires (RFC 7009). Only the client to which it was issued can revoke it. */
export const createRevocation =
  (pool: Pool, verify: VerifyToken): TokenHandler =>
  async (token, { credential, request }) => {
    const claims = await verify(token);
    if (!claims) return revoked;
    if (claims.client_id !== credential.clientId) return issuedToAnother;
    await insertRevoked(pool, claims, request);
    return revoked;
  };
