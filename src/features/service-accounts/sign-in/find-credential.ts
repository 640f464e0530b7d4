import type { Pool } from 'pg';
import type { Pepper } from '../../../platform/crypto.js';
import { inBatches } from '../../../platform/database/in-batches.js';
import { prepared } from '../../../platform/database/sql.js';
import { hashesOf, looksLikeSecret } from '../secrets/secret.js';
import type { RefusalReason } from './refusal-reasons.js';

/** Why a secret that is right lets nobody in. */
export type DeadReason = Exclude<RefusalReason, 'wrong_secret' | 'invalid_scope'>;

/** A secret that is known, with its account as it is at this moment. */
export interface Credential {
  secretId: string;
  accountId: string;
  clientId: string;
  tenantId: string;
  permissions: string[];
  tokenGeneration: number;
  /** Of the account. */
  expiresAt: Date | null;
  /** Null when it lets the account in. */
  deadBecause: DeadReason | null;
}

export type FindCredential = (secret: string) => Promise<Credential | undefined>;

/**
 * By hand, since every token waits for it. It looks for the secret and not for the client id, which is compared
 * afterwards: a client id that nobody has is then refused by the same steps as a wrong secret.
 */
const findByHash = prepared<Credential & { hash: Buffer }>(
  'find-credential',
  `select
     secret.hash, secret.id as "secretId", account.id as "accountId", account.client_id as "clientId",
     account.tenant_id as "tenantId", account.permissions, account.token_generation as "tokenGeneration",
     account.expires_at as "expiresAt",
     case
       when tenant.status <> 'active' then 'tenant_suspended'
       when account.status = 'deleted' then 'account_deleted'
       when account.status <> 'active' then 'account_disabled'
       when account.expires_at <= statement_timestamp() then 'account_expired'
       when secret.revoked_at is not null then 'secret_revoked'
       when secret.expires_at <= statement_timestamp() then 'secret_expired'
     end as "deadBecause"
   from service_account_secret secret
     join service_account account on account.id = secret.service_account_id
     join tenant on tenant.id = account.tenant_id
   where secret.hash = any ($1::bytea[])`,
);

/**
 * Finds what a secret belongs to. Nothing is kept from one time to the next: a secret that is revoked is dead at once.
 * A text without the form and the checksum of a secret is none, and no database is asked.
 *
 * The hashes are compared by an index. What that takes tells nothing: without the pepper nobody knows which
 * hash a guess has.
 */
export function createCredentialFinder(pool: Pool, peppers: readonly Pepper[]): FindCredential {
  const find = inBatches(async (keys: Buffer[][]): Promise<(Credential | undefined)[]> => {
    const rows = await findByHash(pool, [keys.flat()]);
    const byHash = new Map(rows.map((row) => [row.hash.toString('latin1'), row]));
    const found = (hash: Buffer) => byHash.get(hash.toString('latin1'));
    return keys.map((hashes) => hashes.map(found).find(Boolean));
  });
  return async (secret) => (looksLikeSecret(secret) ? find(hashesOf(secret, peppers)) : undefined);
}
