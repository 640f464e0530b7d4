import type { RejectionReason } from './refusals.js';

/** What a client authenticates with: a secret, a key or a trust, and the current state of its account. */
export interface Credential {
  type: 'ServiceAccountSecret' | 'ServiceAccountKey' | 'ServiceAccountTrust';
  id: string;
  accountId: string;
  clientId: string;
  tenantId: string;
  permissions: string[];
  tokenGeneration: number;
  /**
   * The time after which no access token may be valid, in milliseconds since 1970: when the account expires, or the
   * token of a workload if that is earlier. Null if there is none.
   */
  expiresAt: number | null;
  /** The lifetime of access tokens in seconds. Null if the account uses that of the configuration. */
  tokenLifetime: number | null;
  /** The maximum lifetime of access tokens in seconds. Null if the tenant has no maximum. */
  maxTokenLifetime: number | null;
  /** The ranges from which the account may authenticate. Null if it may authenticate from any address. */
  ipAllowlist: string[] | null;
  /** The reason why the credential is rejected. Null if it is accepted. */
  rejectedBecause: RejectionReason | null;
}

/**
 * SQL for the columns of `Credential` that belong to the account and its tenant. The statement joins `account` and
 * `tenant`, and returns each row as JSON, because node-postgres takes longer for a dozen columns than for one.
 */
export const accountColumns = `
  account.id as "accountId", account.client_id as "clientId", account.tenant_id as "tenantId",
  account.permissions, account.token_generation as "tokenGeneration",
  extract(epoch from account.expires_at) * 1000 as "expiresAt",
  account.token_lifetime_seconds as "tokenLifetime", tenant.max_token_lifetime_seconds as "maxTokenLifetime",
  account.ip_allowlist as "ipAllowlist"`;

/** SQL for the conditions of a `case` under which the account of any credential is rejected. */
export const accountRejections = `
  when tenant.status <> 'active' then 'tenant_suspended'
  when account.status = 'deleted' then 'account_deleted'
  when account.status <> 'active' then 'account_disabled'
  when account.expires_at <= statement_timestamp() then 'account_expired'`;
