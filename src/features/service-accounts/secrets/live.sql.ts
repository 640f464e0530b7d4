/**
 * SQL for whether the row `secret` is live: its account can sign in with it unless the account is disabled or expired.
 * The time is that of the statement, so that a secret which the same transaction has ended is not live.
 */
export const isLive =
  '(secret.revoked_at is null and (secret.expires_at is null or secret.expires_at > statement_timestamp()))';

/**
 * SQL for whether revoking the row `secret` has an effect, on the secret or on tokens that were issued for it, which are
 * valid for an hour at most.
 */
export const isRevocable =
  "(secret.revoked_at is null and (secret.expires_at is null or secret.expires_at > statement_timestamp() - interval '1 hour'))";
