import type { Statement } from '../../../platform/database/sql.js';
import { containing } from '../../../platform/database/sql.js';
import { withLowerUuid } from '../../../platform/ids.js';
import { type Bind, binder, keyset, rowLimit } from '../../../platform/pagination/keyset.js';
import { OrderDirection } from '../../../platform/pagination/list-order.js';
import type { PageRequest } from '../../../platform/pagination/page.args.js';
import type { TenantExternalIdInput } from '../external-ids/external-id.type.js';
import { tenantColumns } from '../tenant.entity.js';
import type { TenantFilter } from './tenants.filter.js';
import { orders, type TenantOrder } from './tenants.order.js';

export interface ListQuery {
  filter: TenantFilter;
  order: TenantOrder;
  page: PageRequest;
  /** The position of the tenant before the page, in reading order. Undefined for the first page in that order. */
  position: readonly unknown[] | undefined;
}

/** Creates the statement that reads a page of tenants from the index of its order. */
export function listStatement({ filter, order, page, position }: ListQuery): Statement {
  const values: unknown[] = [];
  const bind = binder(values);
  const ascending = (order.direction === OrderDirection.ASC) !== page.backward;
  const columns = [orders[order.field], { expression: 'tenant.id', type: 'uuid' }];
  const filterConditions = conditionsFor(filter, bind);
  const { conditions, orderBy } = keyset(columns, ascending, position, bind);
  const text = `
    select ${tenantColumns}
    from tenant
    where ${all([...filterConditions, ...conditions])}
    order by ${orderBy}
    limit ${bind(rowLimit(page))}`;
  return { text, values };
}

/** Creates the statement that counts the tenants that match a filter. */
export function countStatement(filter: TenantFilter): Statement {
  const values: unknown[] = [];
  const conditions = conditionsFor(filter, binder(values));
  return { text: `select count(*)::integer as count from tenant where ${all(conditions)}`, values };
}

const all = (conditions: string[]) => conditions.join(' and ') || 'true';

/**
 * Returns the conditions for a filter. A search uses no index, because reading the names of 10,000 tenants takes only
 * milliseconds.
 */
function conditionsFor({ status, search, externalId }: TenantFilter, bind: Bind): string[] {
  return [
    ...(status == null ? [] : [`tenant.status = any (${bind(status)}::text[])`]),
    ...(search == null ? [] : [`lower(tenant.name) like lower(${bind(containing(search))}::text)`]),
    ...(externalId == null ? [] : [hasExternalId(externalId, bind)]),
  ];
}

const hasExternalId = ({ realm, id }: TenantExternalIdInput, bind: Bind) => `tenant.id = (
  select tenant_id from tenant_external_id
  where realm = ${bind(realm)}::text and external_id = ${bind(withLowerUuid(id))}::text)`;
