import type { Pool } from 'pg';
import { inBatches } from '../../platform/database/in-batches.js';
import { prepared } from '../../platform/database/sql.js';

/** What a token request needs to know about an audience. */
interface FoundAudience {
  /** The URI as it is in the catalog. */
  uri: string;
  permissions: string[];
}

/** Finds an audience that the accounts of a tenant can name, by its key. @returns undefined if it does not exist */
export type FindAudience = (tenantId: string, key: string) => Promise<FoundAudience | undefined>;

/**
 * Selects the audiences with these keys ($1) that belong to the tenant or to all tenants, with the position of each
 * key. The parameter is JSON and not arrays, and the limit is there, for the same reasons as in find-secret.ts.
 */
const findByKey = prepared<FoundAudience & { position: number }>(
  'find-audiences',
  `select wanted.position::integer as position, found.uri, found.permissions
   from rows from (json_to_recordset($1) as (tenant uuid, key text))
       with ordinality as wanted (tenant_id, uri_key, position)
     cross join lateral (
       select audience.uri, audience.permissions from audience
       where audience.uri_key = wanted.uri_key
         and (audience.tenant_id is null or audience.tenant_id = wanted.tenant_id)
       limit 1
     ) found`,
);

/**
 * Creates the function that finds audiences. It caches nothing, so a change of the catalog takes effect immediately.
 */
export function createAudienceFinder(pool: Pool): FindAudience {
  const find = inBatches(
    async (wanted: { tenant: string; key: string }[]): Promise<(FoundAudience | undefined)[]> => {
      const rows = await findByKey(pool, [JSON.stringify(wanted)]);
      const byPosition = new Map(rows.map(({ position, ...audience }) => [position, audience]));
      return wanted.map((_, index) => byPosition.get(index + 1));
    },
  );
  return (tenant, key) => find({ tenant, key });
}
