/** Why somebody was not let in, or not given what was asked for: the `reason` of an event of the audit trail. */
export const refusalReasons = [
  // None of the account's, or one that was removed long after it had ended.
  'wrong_secret',
  'secret_revoked',
  'secret_expired',
  'account_disabled',
  'account_deleted',
  'account_expired',
  'tenant_suspended',
  // One that the account is not granted was asked for.
  'invalid_scope',
] as const;
export type RefusalReason = (typeof refusalReasons)[number];
