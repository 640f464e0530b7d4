import { type Database, run } from '../../../platform/database/sql.js';
import { publicId, publicIdSql } from '../../../platform/ids.js';
import type { TrustRow } from './service-account-trust.entity.js';

/** The maximum number of trusts of an account that have not expired. */
export const maxTrusts = 20;

/** SQL for whether the row `trust` has not expired. */
export const isLiveSql = '(trust.expires_at is null or trust.expires_at > statement_timestamp())';

/** SQL for the columns of a `TrustRow`. The statement must name the table `trust`. */
export const trustColumns = `
  trust.id, trust.issuer_name as "issuerName", trust.issuer, trust.subject, trust.audience, trust.claims,
  trust.created_at as "createdAt", trust.expires_at as "expiresAt", trust.last_used_at as "lastUsedAt"`;

/** Deletes all trusts of accounts, expired or not. @returns the public IDs of the trusts, by account ID */
export async function deleteTrusts(on: Database, accountIds: readonly string[]) {
  const rows = await run<{ account: string; trusts: string[] }>(on, {
    text: `
      with deleted as (
        delete from service_account_trust where service_account_id = any ($1::uuid[])
        returning service_account_id as account, id
      )
      select account, jsonb_agg(${publicIdSql('ServiceAccountTrust', 'id')}) as trusts from deleted group by account`,
    values: [accountIds],
  });
  return new Map(rows.map(({ account, trusts }) => [account, trusts]));
}

/** Returns a trust as the audit log shows it. */
export const auditedTrust = ({ id, issuer, subject, audience, claims, expiresAt }: TrustRow) => ({
  trust: publicId('ServiceAccountTrust', id),
  issuer,
  subject,
  audience,
  ...(claims.length > 0 && { claims }),
  expiresAt: expiresAt ?? null,
});
