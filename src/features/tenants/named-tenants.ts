import type { Pool } from 'pg';
import type { FindTenants } from '../../platform/auth/resolve-caller.js';
import { prepared } from '../../platform/database/sql.js';
import { externalId } from './external-ids/external-id.rules.js';

const findByName = prepared<{ name: string; tenantId: string }>(
  'find-named-tenants',
  `select external_id as name, tenant_id as "tenantId" from tenant_external_id
   where realm = $1 and external_id = any ($2::text[])`,
);

/**
 * Creates the function that finds tenants by their external IDs. It caches nothing. A name that cannot be an external
 * ID is not searched for, because PostgreSQL cannot store some of these names and would reject the whole statement.
 */
export function createFindTenants(pool: Pool): FindTenants {
  return async (realm, names) => {
    const possible = names.filter((name) => externalId.safeParse(name).success);
    const rows = possible.length > 0 ? await findByName(pool, [realm, possible]) : [];
    return new Map(rows.map(({ name, tenantId }) => [name, tenantId]));
  };
}
