import { prepared } from '../database/sql.js';

/** An answer that was given before, and what there is to say about giving it again. */
export interface FirstAnswer {
  hash: Buffer;
  sealedSecret: Buffer;
  answer: unknown;
  /** Whether it was the answer to the same input. */
  matches: boolean;
  tenantSuspended: boolean;
  /** The ids of the secrets that still let their accounts in. A disabled account's does as soon as that is enabled. */
  alive: string[];
  /** When the tenant was created: answers that an earlier version stored do not tell. */
  tenantCreatedAt: Date;
}

/**
 * Finds the answer under one of the hashes, and records for each account whose secret is about to be shown
 * again, where nothing speaks against that. It clears away what has expired, so that the key is free.
 */
export const findFirstAnswer = prepared<FirstAnswer>(
  'find-first-answer',
  `with expired as (
     delete from idempotency_key where hash = any ($1::bytea[]) and expires_at <= now()
   ),
   first as (
     select
       key.hash, key.sealed_secret, key.answer, key.fingerprint = $2::bytea as matches,
       tenant.created_at as tenant_created_at,
       coalesce(tenant.status = 'suspended', false) as tenant_suspended,
       coalesce(key.secret_ids, array[key.secret_id]) as secret_ids
     from idempotency_key key left join tenant on tenant.id = $3::uuid
     where key.hash = any ($1::bytea[]) and key.expires_at > now()
     limit 1
   ),
   alive as (
     select secret.id, account.id as account_id
     from first
     join service_account_secret secret on secret.id = any (first.secret_ids)
     join service_account account on account.id = secret.service_account_id
     where account.status <> 'deleted'
       and (secret.revoked_at is null or secret.revoked_at > now())
       and (secret.expires_at is null or secret.expires_at > now())
   ),
   event as (
     insert into audit_event (
       id, tenant_id, caller_realm, caller_id, caller_name, caller_email, action, target, outcome,
       request_id, ip, user_agent
     )
     select gen_random_uuid(), $3::uuid, $4::text, $5::text, $6::text, $7::text, $8::text, 'sa-' || account_id,
       'success', $9::text, $10::text, $11::text
     from first cross join alive where matches and not tenant_suspended
   )
   select hash, sealed_secret as "sealedSecret", answer, matches, tenant_suspended as "tenantSuspended",
     tenant_created_at as "tenantCreatedAt", array(select id from alive) as alive
   from first`,
);
