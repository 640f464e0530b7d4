import type { Pool } from 'pg';
import { insertRevoked } from './revoked-token.sql.js';
import type { TokenAnswer } from './token-endpoints.js';
import type { VerifyToken } from './verify-token.js';

/** The client cannot do better about a token that is none (RFC 7009, section 2.2). */
const done = { status: 200, body: '' };

/** RFC 7009, section 2.1: the client is told. The code is that of RFC 6749, section 5.2. */
const ofAnother = {
  status: 400,
  body: { error: 'invalid_grant', error_description: 'the token was issued to another client' },
};

/** Revocation (RFC 7009): ends a token before its time, for its own client. */
export const createRevoke =
  (pool: Pool, verify: VerifyToken): TokenAnswer =>
  async (token, { credential, facts }) => {
    const claims = await verify(token);
    if (!claims) return done;
    if (claims.client_id !== credential.clientId) return ofAnother;
    await insertRevoked(pool, claims, facts);
    return done;
  };
