import type { Pool } from 'pg';
import type { Pepper } from '../../../platform/crypto.js';
import { inBatches } from '../../../platform/database/in-batches.js';
import { prepared } from '../../../platform/database/sql.js';
import { hashesOf, looksLikeSecret } from '../secrets/secret.js';
import { accountColumns, accountRejections, type Credential } from './credential.js';

/** Finds a secret, whoever's it is. @returns undefined if it does not exist */
export type FindSecret = (secret: string) => Promise<Credential | undefined>;

/**
 * Selects the secrets with these hashes ($1, in hexadecimal, separated by commas). It searches only for the secret. The
 * client ID is compared afterwards, so an unknown client ID is rejected by the same steps as a wrong secret.
 *
 * The parameter is not an array, because PostgreSQL would then plan the statement each time it runs, for the number of
 * hashes. That takes several times as long as running it. The limit makes PostgreSQL find each secret by its index,
 * although it expects a thousand hashes.
 */
const findByHash = prepared<{ hash: string; credential: Credential }>(
  'find-secret',
  `select wanted.hash, row_to_json(found) as credential
   from string_to_table($1, ',') as wanted (hash)
     cross join lateral (
       select
         'ServiceAccountSecret' as type, secret.id, ${accountColumns},
         case
           ${accountRejections}
           when secret.revoked_at is not null then 'secret_revoked'
           when secret.expires_at <= statement_timestamp() then 'secret_expired'
         end as "rejectedBecause"
       from service_account_secret secret
         join service_account account on account.id = secret.service_account_id
         join tenant on tenant.id = account.tenant_id
       where secret.hash = decode(wanted.hash, 'hex')
       limit 1
     ) found`,
);

/**
 * Creates the function that finds a secret and its account. It caches nothing, so revoking a secret takes effect
 * immediately. It rejects a text without the form and the checksum of a secret without a query.
 *
 * An index compares the hashes. Its timing reveals nothing, because the hash of a guess cannot be computed without the
 * pepper.
 */
export function createSecretFinder(pool: Pool, peppers: readonly Pepper[]): FindSecret {
  const findAll = inBatches(async (keys: string[][]): Promise<(Credential | undefined)[]> => {
    const rows = await findByHash(pool, [keys.flat().join(',')]);
    const byHash = new Map(rows.map(({ hash, credential }) => [hash, credential]));
    return keys.map((hashes) => hashes.map((hash) => byHash.get(hash)).find(Boolean));
  });
  return async (secret) => (looksLikeSecret(secret) ? findAll(hashesOf(secret, peppers)) : undefined);
}
