import type { Pool } from 'pg';
import { introspectionPermissions } from '../../../features/permissions/permission.rules.js';
import type { Credential } from '../../../features/service-accounts/sign-in/find-credential.js';
import { prepared } from '../../../platform/database/sql.js';
import { uuidOf } from '../../../platform/ids.js';
import type { TokenClaims, VerifyToken } from './access-token.js';
import type { TokenHandler } from './token-handlers.js';

/**
 * The response about a token that is not valid or that the client may not introspect. It contains no reason (RFC 7662,
 * section 2.2).
 */
const inactive = { status: 200, body: { active: false } };

/**
 * Introspects a token (RFC 7662). The response says whether the token is valid at this moment, and which permissions
 * its account still has. An account without a permission to introspect gets the same response about every token, even
 * about its own.
 */
export const createIntrospection =
  (pool: Pool, verify: VerifyToken): TokenHandler =>
  async (token, { credential }) => {
    const isInReach = reachOf(credential);
    const claims = isInReach && (await verify(token));
    if (!claims || !isInReach(claims.tenant_id)) return inactive;
    const permissions = await readPermissions(pool, claims);
    return permissions ? { status: 200, body: active(claims, permissions) } : inactive;
  };

/** Returns the rule which tenants' tokens an account may introspect. @returns undefined if it may introspect none */
function reachOf({ permissions, tenantId }: Credential): ((tenant: string) => boolean) | undefined {
  if (permissions.includes(introspectionPermissions.allTenants)) return () => true;
  if (permissions.includes(introspectionPermissions.ownTenant)) return (tenant) => tenant === tenantId;
  return undefined;
}

function active(claims: TokenClaims, permissions: readonly string[]) {
  const { scope: issued = '', client_id, sub, aud, iss, exp, iat, jti, tenant_id, credential_id } = claims;
  const scope = issued.split(' ').filter((name) => permissions.includes(name));
  return {
    active: true,
    ...(scope.length > 0 && { scope: scope.join(' ') }),
    ...{ client_id, sub, aud, iss, exp, iat, jti, token_type: 'Bearer', tenant_id, credential_id },
  };
}

/**
 * Selects the permissions of a token's account if the token is still valid. One statement reads everything that can
 * invalidate a token from one snapshot. An expired secret does not invalidate a token, because a rotation lets the old
 * secret expire while its tokens are in use.
 */
const selectPermissions = prepared<{ permissions: string[] }>(
  'token-state',
  `select account.permissions
   from service_account account
     join tenant on tenant.id = account.tenant_id
     join service_account_secret secret on secret.service_account_id = account.id
   where account.id = $1 and secret.id = $2 and account.tenant_id = $3 and account.token_generation = $4
     and account.status = 'active'
     and (account.expires_at is null or account.expires_at > statement_timestamp())
     and tenant.status = 'active'
     and secret.revoked_at is null
     and not exists (select from revoked_token where jti = $5)`,
);

/** Reads the permissions of a token's account. @returns undefined if the token is no longer valid */
async function readPermissions(pool: Pool, claims: TokenClaims): Promise<string[] | undefined> {
  const { sub, credential_id, tenant_id, gen, jti } = claims;
  const account = uuidOf('ServiceAccount', sub);
  const secret = uuidOf('ServiceAccountSecret', credential_id);
  const [row] = await selectPermissions(pool, [account, secret, tenant_id, gen, jti]);
  return row?.permissions;
}
