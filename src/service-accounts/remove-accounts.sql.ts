/** Who removes, for the audit trail. The first parameters of the statement, in this order. */
export interface Remover {
  realm: string;
  id: string;
  name: string | null;
  email: string | null;
  requestId: string;
  ip: string | null;
  userAgent: string | null;
}

/** What goes before the other values of a statement with `removeAccounts` in it. */
export const removerValues = ({ realm, id, name, email, requestId, ip, userAgent }: Remover): unknown[] => [
  realm,
  id,
  name,
  email,
  requestId,
  ip,
  userAgent,
];

/**
 * Removes deleted accounts for good: their client ids stay taken, their secrets go with them, and the audit trail
 * tells of it for ever.
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
    occurred_at, id, tenant_id, caller_realm, caller_id, caller_name, caller_email, action, target, outcome,
    request_id, ip, user_agent, before
  )
  select
    statement_timestamp(), gen_random_uuid(), tenant_id, $1, $2, $3, $4, 'service_account.remove', 'sa-' || id,
    'success', $5, $6, $7, jsonb_build_object('name', name, 'clientId', client_id)
  from gone`;
