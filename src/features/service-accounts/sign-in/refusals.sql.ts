import { insertEventsSql } from '../../../platform/audit/insert-events.js';
import { prepared } from '../../../platform/database/sql.js';
import { publicIdSql } from '../../../platform/ids.js';

/**
 * Records rejected token requests in the audit log of the accounts that the client IDs identify. It records nothing for
 * a client ID that no account has. It also skips a rejection that a gateway recorded within the last minute. The SQL of
 * that condition is written so that audit_event_denied_index serves it.
 */
export const insertRefusals = prepared(
  'record-refusals',
  insertEventsSql({
    actor: {
      realm: `''`,
      id: 'refusal.client_id',
      name: 'null',
      email: 'null',
      requestId: 'refusal.request_id',
      ip: 'refusal.ip',
      userAgent: 'refusal.user_agent',
    },
    action: `'service_account.sign_in'`,
    tenantId: 'account.tenant_id',
    target: publicIdSql('ServiceAccount', 'account.id'),
    outcome: `'denied'`,
    id: 'refusal.id',
    after: `jsonb_build_object('reason', refusal.reason)`,
    from: `unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[])
        as refusal (id, client_id, reason, request_id, ip, user_agent)
      join service_account account on account.client_id = refusal.client_id
    where not exists (
      select from audit_event
      where outcome = 'denied' and caller_realm = '' and caller_id = refusal.client_id
        and occurred_at > now() - interval '1 minute'
        and action = 'service_account.sign_in' and after ->> 'reason' = refusal.reason
    )`,
  }),
);
