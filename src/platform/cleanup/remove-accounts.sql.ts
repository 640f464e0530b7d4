import { type ActorSql, insertEventsSql } from '../audit/insert-events.js';
import { publicIdSql } from '../ids.js';

/**
 * Creates SQL that permanently removes deleted accounts and their secrets. Their client IDs are never used again, and the
 * audit trail has an event for each account.
 * @param ids a query that returns the accounts' ids and locks their rows
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
