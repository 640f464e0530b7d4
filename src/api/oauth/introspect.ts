import type { Pool } from 'pg';
import { introspectionPermissions } from '../../features/permissions/permission.rules.js';
import type { Credential } from '../../features/service-accounts/sign-in/credential.js';
import { inBatches } from '../../platform/database/in-batches.js';
import { prepared } from '../../platform/database/sql.js';
import { uuidOf } from '../../platform/ids.js';
import { type Respond, requireToken } from './form-request.js';
import type { TokenClaims, VerifyToken } from './tokens/access-token.js';

/**
 * The response about a token that is not valid or that the client may not introspect. It contains no reason (RFC 7662,
 * section 2.2).
 */
const inactive = { active: false };

/**
 * Introspects a token (RFC 7662). The response says whether the token is valid at this moment, and which permissions
 * its account still has. An account without a permission to introspect gets the same response about every token, even
 * about its own.
 */
export function createIntrospection(pool: Pool, verify: VerifyToken): Respond {
  const readPermissions = inBatches(createPermissionsReader(pool));
  return async ({ form, client }) => {
    const token = requireToken(form);
    const isInReach = reachOf(client);
    const claims = isInReach && (await verify(token));
    if (!claims || !isInReach(claims.tenant_id)) return inactive;
    const permissions = await readPermissions(toKey(claims));
    return permissions ? active(claims, permissions) : inactive;
  };
}

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
 * Selects the permissions of the accounts of those tokens that are still valid, with the position of each token. One
 * statement reads everything that can invalidate a token from one snapshot. An expired secret, key or trust does not
 * invalidate a token, because a rotation lets the old one expire while its tokens are in use. The limit makes
 * PostgreSQL find each account by its key; it would otherwise read all accounts for many tokens. The parameter is JSON
 * and not arrays, because PostgreSQL would plan the statement for the length of an array each time it runs
 * (find-secret.ts).
 */
const selectPermissions = prepared<{ position: number; permissions: string[] }>(
  'token-state',
  `select token.position::int as position, account.permissions
   from rows from (
       json_to_recordset($1) as (account uuid, credential uuid, tenant uuid, generation int, jti text)
     ) with ordinality as token (account_id, credential_id, tenant_id, generation, jti, position)
     cross join lateral (
       select account.permissions
       from service_account account
         join tenant on tenant.id = account.tenant_id
       where account.id = token.account_id
         and account.tenant_id = token.tenant_id and account.token_generation = token.generation
         and account.status = 'active'
         and (account.expires_at is null or account.expires_at > statement_timestamp())
         and tenant.status = 'active'
         and (
           exists (
             select from service_account_secret secret
             where secret.id = token.credential_id and secret.service_account_id = account.id
               and secret.revoked_at is null
           )
           or exists (
             select from service_account_key key
             where key.id = token.credential_id and key.service_account_id = account.id
           )
           or exists (
             select from service_account_trust trust
             where trust.id = token.credential_id and trust.service_account_id = account.id
           )
         )
         and not exists (select from revoked_token where revoked_token.jti = token.jti)
       limit 1
     ) account`,
);

/** Returns the UUID of a secret, a key or a trust. */
const credentialOf = (id: string): string => id.slice(id.indexOf('-') + 1);

/** What the statement compares with the database. */
const toKey = ({ sub, credential_id, tenant_id, gen, jti }: TokenClaims) => ({
  account: uuidOf('ServiceAccount', sub),
  credential: credentialOf(credential_id),
  tenant: tenant_id,
  generation: gen,
  jti,
});

/** Creates the function that reads the permissions of tokens' accounts. They are undefined for invalid tokens. */
const createPermissionsReader =
  (pool: Pool) =>
  async (tokens: ReturnType<typeof toKey>[]): Promise<(string[] | undefined)[]> => {
    const rows = await selectPermissions(pool, [JSON.stringify(tokens)]);
    const byPosition = new Map(rows.map(({ position, permissions }) => [position, permissions]));
    return tokens.map((_, index) => byPosition.get(index + 1));
  };
