import type { Pool } from 'pg';
import type { TokenAnswer } from './token-endpoints.js';
import { permissionsOf } from './token-state.sql.js';
import type { TokenClaims, VerifyToken } from './verify-token.js';

/** What an account needs to ask about the tokens of its tenant. */
const mayAsk = 'oauth:introspect';

/** About whatever the caller may not know, and about what is dead: nothing else (RFC 7662, section 2.2). */
const inactive = { status: 200, body: { active: false } };

/**
 * Introspection (RFC 7662): whether a token is good at this moment, and what its account is still granted. An account
 * that may not ask is told the same of every token, its own ones included.
 */
export const createIntrospect =
  (pool: Pool, verify: VerifyToken): TokenAnswer =>
  async (token, { credential }) => {
    if (!credential.permissions.includes(mayAsk)) return inactive;
    const claims = await verify(token);
    if (claims?.tenant_id !== credential.tenantId) return inactive;
    const permissions = await permissionsOf(pool, claims);
    return permissions ? { status: 200, body: active(claims, permissions) } : inactive;
  };

function active(claims: TokenClaims, permissions: readonly string[]) {
  const { scope: issued = '', client_id, sub, aud, iss, exp, iat, jti, tenant_id, credential_id } = claims;
  const scope = issued.split(' ').filter((name) => permissions.includes(name));
  return {
    active: true,
    ...(scope.length > 0 && { scope: scope.join(' ') }),
    ...{ client_id, sub, aud, iss, exp, iat, jti, token_type: 'Bearer', tenant_id, credential_id },
  };
}
