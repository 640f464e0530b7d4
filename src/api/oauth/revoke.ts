import type { Pool } from 'pg';
import { KeyedLimiter } from '../../platform/database/keyed-limiter.js';
import { describeRequest } from '../../platform/http/request-info.js';
import { type Respond, requireToken } from './form-request.js';
import { OAuthError } from './oauth-error.js';
import type { VerifyToken } from './tokens/access-token.js';
import { insertRevoked } from './tokens/revoked-token.sql.js';

/**
 * Revokes a token before it expires (RFC 7009). Only the client to which it was issued can revoke it. The revocations
 * of a client take connections in turn, so that no client occupies the whole pool. An invalid token gets the same
 * response as a revoked one, because a client cannot handle an error about it (section 2.2).
 */
export function createRevocation(pool: Pool, verify: VerifyToken): Respond {
  const clientLimiter = new KeyedLimiter();
  return async ({ form, client: { clientId }, request }) => {
    const claims = await verify(requireToken(form));
    if (!claims) return undefined;
    // The code is that of RFC 6749, section 5.2.
    if (claims.client_id !== clientId)
      throw new OAuthError(400, 'invalid_grant', 'the token was issued to another client');
    await clientLimiter.run(clientId, () => insertRevoked(pool, claims, describeRequest(request)));
    return undefined;
  };
}
