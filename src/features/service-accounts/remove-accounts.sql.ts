import { eventColumns } from '../../platform/audit/event-values.js';

/**
 * Removes deleted accounts for good: their client ids stay taken, their secrets go with them, and the audit trail
 * tells of it for ever.
 * Its first parameters are the `eventValues` of who removes them.
 * @param ids a query for their ids, which locks them; its own parameters begin with $8
 */
export const removeAccounts = (ids: string): string => `
  with gone as (
    delete from service_account where id in (${ids}) returning *
  ),
  retired as (
    insert into retired_client_id (client_id) select client_id from gone
  )
  insert into audit_event (
    ${eventColumns}, occurred_at, id, tenant_id, action, target, outcome, before
  )
  select
    $1, $2, $3, $4, $5, $6, $7, statement_timestamp(), gen_random_uuid(), tenant_id, 'service_account.remove',
    'sa-' || id, 'success', jsonb_build_object('name', name, 'clientId', client_id)
  from gone`;
