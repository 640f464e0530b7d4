import type { Pool } from 'pg';
import { prepared } from '../../../platform/database/sql.js';
import { uuidOf } from '../../../platform/ids.js';
import type { TokenClaims } from './verify-token.js';

/**
 * By hand: one statement, which sees everything that ends a token as it was in one moment. A secret that has expired
 * ends none, since a rotation lets the old one expire while tokens that it got are in use.
 */
const readState = prepared<{ permissions: string[] }>(
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

/** @returns what the account of a token is granted now, or undefined where the token is dead */
export async function permissionsOf(pool: Pool, claims: TokenClaims): Promise<string[] | undefined> {
  const { sub, credential_id, tenant_id, gen, jti } = claims;
  const [row] = await readState(pool, [
    uuidOf('ServiceAccount', sub),
    uuidOf('ServiceAccountSecret', credential_id),
    tenant_id,
    gen,
    jti,
  ]);
  return row?.permissions;
}
