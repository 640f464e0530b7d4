import { actorFrom, insertEventsSql, nowSql } from '../../../platform/audit/insert-events.js';
import { prepared } from '../../../platform/database/sql.js';
import { publicIdSql } from '../../../platform/ids.js';
import { isRevocableSql } from './stored-secrets.js';

/** A leaked secret that is stored. */
export interface LeakedSecret {
  id: string;
  accountId: string;
  /** Whether the report revoked a valid secret. */
  wasValid: boolean;
}

/**
 * Revokes a secret that a caller or a scanner has reported, and records it in the audit log of its account. The state
 * of the account and of the tenant does not matter, because an account that is enabled again must not have a leaked
 * secret. A secret that is already revoked is returned unchanged, and nothing is recorded. The same applies to a secret
 * that expired so long ago that its access tokens have expired too.
 *
 * The parameters are: the hashes of the secret in hexadecimal, separated by commas, as find-secret.ts explains; the
 * tenant of the secret, or null for any tenant; the actor; the place of the secret, or null. The statement locks the
 * account before its secret, as every transaction on both does. A secret has only one row, and the limit makes
 * PostgreSQL find it and its account by their indexes, although it expects a thousand hashes.
 */
export const endLeakedSecretSql = `
  with found as (
    select secret.id, secret.hint, account.id as account_id, account.tenant_id
    from string_to_table($1, ',') as wanted (hash)
      join service_account_secret secret on secret.hash = decode(wanted.hash, 'hex')
      join service_account account on account.id = secret.service_account_id
    where $2::uuid is null or account.tenant_id = $2
    limit 1
    for update of account
  ),
  ended as (
    update service_account_secret secret set revoked_at = ${nowSql}
    from found where secret.id = found.id and ${isRevocableSql}
    returning secret.id, secret.expires_at is null or secret.expires_at > statement_timestamp() as was_valid
  ),
  event as (${insertEventsSql({
    actor: actorFrom('$3'),
    action: `'service_account.report_leaked_secret'`,
    tenantId: 'tenant_id',
    target: publicIdSql('ServiceAccount', 'account_id'),
    after: `jsonb_strip_nulls(jsonb_build_object(
      'secret', ${publicIdSql('ServiceAccountSecret', 'id')}, 'hint', hint, 'foundAt', $4::text))`,
    from: 'ended join found using (id)',
  })}
  )
  select id, account_id as "accountId", coalesce(was_valid, false) as "wasValid"
  from found left join ended using (id)`;

export const endLeakedSecret = prepared<LeakedSecret>('end-leaked-secret', endLeakedSecretSql);

/**
 * Selects which of the hashes ($1, in hexadecimal, separated by commas) belong to a secret, so that many reports of
 * invented secrets cost one statement. The parameter is a text, and the limit is there, for the same reasons as in
 * find-secret.ts.
 */
export const findStoredHashes = prepared<{ hash: string }>(
  'find-leaked-secrets',
  `select wanted.hash
   from string_to_table($1, ',') as wanted (hash)
     cross join lateral (
       select from service_account_secret secret where secret.hash = decode(wanted.hash, 'hex') limit 1
     ) found`,
);
