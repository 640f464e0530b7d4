import { type ActorSql, insertEventsSql } from '../audit/insert-events.js';
import { publicIdSql } from '../ids.js';

/**
 * Creates SQL that permanently removes deleted accounts, their secrets and their public keys. It reserves their client IDs, so that no
 * other account gets one, and adds an audit log entry for each account.
 * @param ids a query that locks the accounts' rows and returns their IDs
 */
export const removeAccountsSql = (ids: string, actor: ActorSql): string => `
  with removed as (
    delete from service_account where id in (${ids}) returning *
  ),
  retired as (
    insert into retired_client_id (client_id) select client_id from removed
  )
  ${insertEventsSql({
    actor,
    action: `'service_account.remove'`,
    tenantId: 'tenant_id',
    target: publicIdSql('ServiceAccount', 'id'),
    before: `jsonb_build_object('name', name, 'clientId', client_id)`,
    from: 'removed',
  })}`;
