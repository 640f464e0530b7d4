import type { Statement } from '../../platform/database/sql.js';
import { binder, keyset, rowLimit } from '../../platform/pagination/keyset.js';
import type { PageRequest } from '../../platform/pagination/page.args.js';
import { type AudienceFields, audienceColumns } from './audience.entity.js';

/** An audience of a page. An empty page has one row, whose `uri` is null. */
export type AudienceRow = AudienceFields & {
  /** Whether the tenant whose audiences are read exists. */
  tenantExists: boolean;
};

const columns = [{ expression: 'audience.uri_key', type: 'text' }];

/** The condition of the audiences for which the accounts of a tenant may get access tokens. */
const isForTenant = (tenant: string) => `(audience.tenant_id is null or audience.tenant_id = ${tenant})`;

/**
 * Creates the statement that reads a page of the catalog, ordered by URI.
 * @param tenantId the tenant whose audiences are read; undefined for the whole catalog
 */
export function listStatement(
  tenantId: string | undefined,
  page: PageRequest,
  position: readonly unknown[] | undefined,
): Statement {
  const values: unknown[] = [];
  const bind = binder(values);
  const tenant = tenantId && `${bind(tenantId)}::uuid`;
  const { conditions, orderBy } = keyset(columns, !page.backward, position, bind);
  const all = [tenant ? isForTenant(tenant) : 'true', ...conditions];
  const text = `
    select reader.exists as "tenantExists", ${audienceColumns}
    from (select ${tenant ? `exists (select from tenant where id = ${tenant})` : 'true'} as exists) reader
    left join lateral (
      select audience.* from audience
      where reader.exists and ${all.join(' and ')} order by ${orderBy} limit ${bind(rowLimit(page))}
    ) audience on true
    order by ${orderBy}`;
  const scope = tenant ? 'audiences' : 'all-audiences';
  return { name: `${scope} ${page.backward ? 'desc' : 'asc'} ${position ? 'on' : 'from'}`, text, values };
}

/** Creates the statement that counts the audiences on all pages. */
export const countStatement = (tenantId: string | undefined): Statement => ({
  name: tenantId ? 'count-audiences' : 'count-all-audiences',
  text: `select count(*)::integer as count from audience where ${tenantId ? isForTenant('$1::uuid') : 'true'}`,
  values: tenantId ? [tenantId] : [],
});
