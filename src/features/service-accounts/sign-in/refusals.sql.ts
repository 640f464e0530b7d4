import { insertEventsSql } from '../../../platform/audit/insert-events.js';
import { claimMinuteSql, minuteKeySql } from '../../../platform/audit/once-a-minute.js';
import { prepared } from '../../../platform/database/sql.js';
import { publicIdSql } from '../../../platform/ids.js';

/**
 * Records rejected token requests in the audit log of the accounts that the client IDs identify. It records nothing for
 * a client ID that no account has, and skips a rejection that a gateway has recorded in the current minute.
 */
export const insertRefusals = prepared(
  'record-refusals',
  `with refusal as (
     select distinct on (key) refused.*, account.id as account_id, account.tenant_id, key
     from unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[])
         as refused (id, client_id, reason, request_id, ip, user_agent)
       join service_account account on account.client_id = refused.client_id
       cross join lateral (select ${minuteKeySql(`'sign_in'`, 'account.id', 'refused.reason')}) identity (key)
   ),
   claimed as (${claimMinuteSql('refusal')})
   ${insertEventsSql({
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
     tenantId: 'refusal.tenant_id',
     target: publicIdSql('ServiceAccount', 'refusal.account_id'),
     outcome: `'denied'`,
     id: 'refusal.id',
     after: `jsonb_build_object('reason', refusal.reason)`,
     from: 'refusal join claimed using (key)',
   })}`,
);
