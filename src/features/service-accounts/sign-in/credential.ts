import type { ErrorCode, RefusalReason } from './refusals.js';

/** The reasons why a credential is rejected that exists and that the client has proven to have. */
type RejectionReason = Exclude<
  RefusalReason,
  'wrong_secret' | 'wrong_key' | 'invalid_assertion' | 'assertion_expired' | ErrorCode
>;

/** What a client authenticates with: a secret or a key, and the current state of its account. */
export interface Credential {
  type: 'ServiceAccountSecret' | 'ServiceAccountKey';
  id: string;
  accountId: string;
  clientId: string;
  tenantId: string;
  permissions: string[];
  tokenGeneration: number;
  /** The time when the account expires, in milliseconds since 1970. Null if it does not expire. */
  expiresAt: number | null;
  /** The lifetime of access tokens in seconds. Null if the account uses that of the configuration. */
  tokenLifetime: number | null;
  /** The maximum lifetime of access tokens in seconds. Null if the tenant has no maximum. */
  maxTokenLifetime: number | null;
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
  account.token_lifetime_seconds as "tokenLifetime", tenant.max_token_lifetime_seconds as "maxTokenLifetime"`;

/** SQL for the conditions of a `case` under which the account of any credential is rejected. */
export const accountRejections = `
  when tenant.status <> 'active' then 'tenant_suspended'
  when account.status = 'deleted' then 'account_deleted'
  when account.status <> 'active' then 'account_disabled'
  when account.expires_at <= statement_timestamp() then 'account_expired'`;
