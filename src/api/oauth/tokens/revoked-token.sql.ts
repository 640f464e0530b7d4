import type { Pool } from 'pg';
import { v7 as uuid } from 'uuid';
import { actorFrom, insertEventsSql } from '../../../platform/audit/insert-events.js';
import { claimMinuteSql, minuteKeySql } from '../../../platform/audit/once-a-minute.js';
import { prepared } from '../../../platform/database/sql.js';
import type { RequestInfo } from '../../../platform/http/request-info.js';
import type { TokenClaims } from './access-token.js';

/**
 * Stores the revoked token and its audit log entry in one statement. A token that is already revoked gets no entry, and
 * an account gets at most one entry per calendar minute. Otherwise a machine that revokes each of its tokens would fill
 * the audit log.
 */
const insert = prepared(
  'revoke-token',
  `with revoked as (
     insert into revoked_token (jti, expires_at) values ($2, to_timestamp($3))
     on conflict do nothing returning jti
   ),
   claimed as (${claimMinuteSql(`(select ${minuteKeySql(`'revoke_token'`, '$5::text')} as key from revoked) revocation`)})
   ${insertEventsSql({
     actor: actorFrom('$1'),
     action: `'service_account.revoke_token'`,
     tenantId: '$4',
     target: '$5',
     id: '$6',
     after: `jsonb_build_object('jti', jti)`,
     from: 'revoked, claimed',
   })}`,
);

/**
 * Stores a revoked token until the token expires. The actor of the audit log entry is the client, which belongs to no
 * realm.
 */
export async function insertRevoked(pool: Pool, claims: TokenClaims, request: RequestInfo): Promise<void> {
  const { jti, exp, sub, client_id, tenant_id } = claims;
  const actor = { realm: '', id: client_id, name: null, email: null, ...request };
  await insert(pool, [JSON.stringify(actor), jti, exp, tenant_id, sub, uuid()]);
}
