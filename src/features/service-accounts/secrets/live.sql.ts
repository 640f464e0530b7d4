import { longestTokenLifetime } from '../../../platform/auth/access-token-settings.js';

/**
 * Whether the row `secret` still lets its account in, which may be disabled or expired nevertheless. Within a
 * transaction it counts what the transaction has ended.
 */
export const isLive =
  '(secret.revoked_at is null and (secret.expires_at is null or secret.expires_at > statement_timestamp()))';

/** Whether tokens that the row `secret` got may live, which last for an hour at most: then revoking it ends something. */
export const isRevocable = `(secret.revoked_at is null and (secret.expires_at is null or secret.expires_at > statement_timestamp() - interval '${longestTokenLifetime} seconds'))`;
