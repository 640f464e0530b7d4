import { prepared } from '../database/prepared.js';

/** An answer that was given before, and what there is to say about giving it again. */
export interface FirstAnswer {
  hash: Buffer;
  sealedSecret: Buffer;
  answer: unknown;
  /** Whether it was the answer to the same input. */
  matches: boolean;
  tenantSuspended: boolean;
  /** Whether the secret still lets its account in. A disabled account's does as soon as that is enabled. */
  alive: boolean;
  /** When the tenant of the account was created: answers that an earlier version stored do not tell. */
  tenantCreatedAt: Date;
}

/**
 * Finds the answer under one of the hashes, and records that its secret is about to be shown again, where
 * nothing speaks against that. It clears away what has expired, so that the key is free.
 */
export const findFirstAnswer = prepared<FirstAnswer>(
  'find-first-answer',
  `with expired as (
     delete from idempotency_key where hash = any ($1::bytea[]) and expires_at <= now()
   ),
   first as (
     select
       key.hash, key.sealed_secret, key.answer, key.fingerprint = $2::bytea as matches, account.id as account_id,
       tenant.created_at as tenant_created_at,
       coalesce(tenant.status = 'suspended', false) as tenant_suspended,
       coalesce(
         account.status <> 'deleted'
           and (secret.revoked_at is null or secret.revoked_at > now())
           and (secret.expires_at is null or secret.expires_at > now()), false) as alive
     from idempotency_key key
     left join service_account_secret secret on secret.id = key.secret_id
     left join service_account account on account.id = secret.service_account_id
     left join tenant on tenant.id = account.tenant_id
     where key.hash = any ($1::bytea[]) and key.expires_at > now()
     limit 1
   ),
   event as (
     insert into audit_event (
       id, tenant_id, caller_realm, caller_id, caller_name, caller_email, action, target, outcome,
       request_id, ip, user_agent
     )
     select $3::uuid, $4::uuid, $5::text, $6::text, $7::text, $8::text, $9::text, 'sa-' || account_id, 'success',
       $10::text, $11::text, $12::text
     from first where matches and alive and not tenant_suspended
   )
   select hash, sealed_secret as "sealedSecret", answer, matches, tenant_suspended as "tenantSuspended", alive,
     tenant_created_at as "tenantCreatedAt"
   from first`,
);
