import { eventColumns } from '../../../platform/audit/event-values.js';
import { prepared } from '../../../platform/database/sql.js';

/**
 * Adds refusals to the trails of the accounts whose client ids they name; those of ids that nobody has are of no
 * trail. Writes nothing where the trail has the same within the last minute, from whichever gateway: these are the
 * words of audit_event_denied_index.
 */
export const insertRefusals = prepared(
  'record-refusals',
  `insert into audit_event (${eventColumns}, id, tenant_id, action, target, outcome, after)
   select
     '', refusal.client_id, null, null, refusal.request_id, refusal.ip, refusal.user_agent, refusal.id,
     account.tenant_id, 'service_account.sign_in', 'sa-' || account.id, 'denied',
     jsonb_build_object('reason', refusal.reason)
   from unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[])
       as refusal (id, client_id, reason, request_id, ip, user_agent)
     join service_account account on account.client_id = refusal.client_id
   where not exists (
     select from audit_event
     where outcome = 'denied' and caller_realm = '' and caller_id = refusal.client_id
       and occurred_at > now() - interval '1 minute'
       and action = 'service_account.sign_in' and after ->> 'reason' = refusal.reason
   )`,
);
