import type { Pool } from 'pg';
import { inBatches } from '../../../platform/database/in-batches.js';
import { prepared } from '../../../platform/database/sql.js';
import { isClientId } from '../client-id.js';
import type { StoredTrust } from '../trusts/match-trust.js';
import { isLiveSql, maxTrusts } from '../trusts/stored-trusts.js';
import { accountColumns, accountRejections, type Credential } from './credential.js';

/** An account, and its trusts in one issuer. */
export interface TrustingAccount extends Omit<Credential, 'type' | 'id'> {
  trusts: StoredTrust[];
}

/** Whose trusts to find: those of a client in an issuer. */
interface TrustsWanted {
  clientId: string;
  issuer: string;
}

/**
 * Selects accounts by their client IDs, each with its trusts in an issuer ($1). It selects all trusts that have not
 * expired, and the latest others, so that the audit log can tell that a trust has expired. The parameter is JSON and
 * not arrays, and the limit is there, for the same reasons as in find-secret.ts.
 */
const findByClient = prepared<{ position: number; account: TrustingAccount }>(
  'find-trusts',
  `select wanted.position::integer as position, row_to_json(found) as account
   from rows from (json_to_recordset($1) as ("clientId" text, issuer text))
       with ordinality as wanted (client_id, issuer, position)
     cross join lateral (
       select ${accountColumns},
         case ${accountRejections} end as "rejectedBecause",
         array(
           select json_build_object(
             'id', trust.id, 'subject', trust.subject, 'audience', trust.audience, 'claims', trust.claims,
             'isExpired', not ${isLiveSql}
           )
           from service_account_trust trust
           where trust.service_account_id = account.id and trust.issuer = wanted.issuer
           order by ${isLiveSql} desc, trust.created_at desc limit ${2 * maxTrusts}
         ) as trusts
       from service_account account join tenant on tenant.id = account.tenant_id
       where account.client_id = wanted.client_id
       limit 1
     ) found`,
);

/** Finds an account and its trusts in an issuer. @returns undefined if no account has the client ID */
export type FindTrusts = (wanted: TrustsWanted) => Promise<TrustingAccount | undefined>;

/** Creates the function that finds trusts. It caches nothing, so removing a trust takes effect immediately. */
export function createTrustFinder(pool: Pool): FindTrusts {
  const find = inBatches(async (wanted: TrustsWanted[]): Promise<(TrustingAccount | undefined)[]> => {
    const rows = await findByClient(pool, [JSON.stringify(wanted)]);
    const byPosition = new Map(rows.map(({ position, account }) => [position, account]));
    return wanted.map((_, index) => byPosition.get(index + 1));
  });
  return async (wanted) => (isClientId(wanted.clientId) ? find(wanted) : undefined);
}
