import { containing } from '../../../platform/database/pattern.js';
import type { Statement } from '../../../platform/database/sql.js';
import { type Bind, binder, keyset } from '../../../platform/pagination/keyset.js';
import { OrderDirection } from '../../../platform/pagination/order-direction.js';
import type { PageRequest } from '../../../platform/pagination/page.args.js';
import { rowsFor } from '../../../platform/pagination/to-page.js';
import { tenantColumns } from '../tenant.entity.js';
import type { TenantFilter } from './tenants.filter.js';
import { orders, type TenantOrder } from './tenants.order.js';

export interface ListQuery {
  filter: TenantFilter;
  order: TenantOrder;
  page: PageRequest;
  /** Where the page begins: the tenant there is not on it. */
  place: readonly unknown[] | undefined;
}

/** A page of all tenants, read where it stands in the index of its order. */
export function listStatement({ filter, order, page, place }: ListQuery): Statement {
  const values: unknown[] = [];
  const bind = binder(values);
  const ascending = (order.direction === OrderDirection.ASC) !== page.backward;
  const columns = [orders[order.field], { expression: 'tenant.id', type: 'uuid' }];
  const wanted = conditionsFor(filter, bind);
  const { conditions, orderBy } = keyset(columns, ascending, place, bind);
  const text = `
    select ${tenantColumns}
    from tenant
    where ${all([...wanted, ...conditions])}
    order by ${orderBy}
    limit ${bind(rowsFor(page))}`;
  return { text, values };
}

/** How many tenants a filter lets through. */
export function countStatement(filter: TenantFilter): Statement {
  const values: unknown[] = [];
  const conditions = conditionsFor(filter, binder(values));
  return { text: `select count(*)::integer as count from tenant where ${all(conditions)}`, values };
}

const all = (conditions: string[]) => conditions.join(' and ') || 'true';

/** No index serves a search: tenants are few, and a look at 10,000 of their names takes some milliseconds. */
function conditionsFor({ status, search }: TenantFilter, bind: Bind): string[] {
  return [
    ...(status == null ? [] : [`tenant.status = any (${bind(status)}::text[])`]),
    ...(search == null ? [] : [`lower(tenant.name) like lower(${bind(containing(search))}::text)`]),
  ];
}
