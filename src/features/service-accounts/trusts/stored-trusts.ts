import { publicId } from '../../../platform/ids.js';
import type { TrustRow } from './service-account-trust.entity.js';

/** The maximum number of trusts of an account that have not expired. */
export const maxTrusts = 20;

/** SQL for whether the row `trust` has not expired. */
export const isLiveSql = '(trust.expires_at is null or trust.expires_at > statement_timestamp())';

/** SQL for the columns of a `TrustRow`. The statement must name the table `trust`. */
export const trustColumns = `
  trust.id, trust.issuer_name as "issuerName", trust.issuer, trust.subject, trust.audience, trust.claims,
  trust.created_at as "createdAt", trust.expires_at as "expiresAt", trust.last_used_at as "lastUsedAt"`;

/** Returns a trust as the audit log shows it. */
export const auditedTrust = ({ id, issuer, subject, audience, claims, expiresAt }: TrustRow) => ({
  trust: publicId('ServiceAccountTrust', id),
  issuer,
  subject,
  audience,
  ...(claims.length > 0 && { claims }),
  expiresAt: expiresAt ?? null,
});
