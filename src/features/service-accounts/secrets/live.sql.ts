import { longestTokenLifetime } from '../../../platform/auth/access-token-settings.js';

/**
 * SQL: whether the row `secret` lets its account in, unless the account is disabled or expired. In a transaction it
 * sees the secrets that the transaction has ended.
 */
export const isLive =
  '(secret.revoked_at is null and (secret.expires_at is null or secret.expires_at > statement_timestamp()))';

/** SQL: whether revoking the row `secret` ends anything: the secret, or tokens that the secret has got. */
export const isRevocable = `(
  secret.revoked_at is null
  and (
    secret.expires_at is null
    or secret.expires_at > statement_timestamp() - interval '${longestTokenLifetime} seconds'
  ))`;
