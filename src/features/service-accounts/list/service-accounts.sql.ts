import type { Statement } from '../../../platform/database/sql.js';
import { binder, isUnfiltered, keyset, rowLimit } from '../../../platform/pagination/keyset.js';
import { OrderDirection } from '../../../platform/pagination/list-order.js';
import type { PageRequest } from '../../../platform/pagination/page.args.js';
import { type JoinedTenant, joinedTenantColumns } from '../../tenants/joined-tenant.js';
import { accountColumns, accountColumnsOf, type ServiceAccountRow } from '../service-account.entity.js';
import { conditionFor } from './service-accounts.conditions.js';
import type { ServiceAccountFilter } from './service-accounts.filter.js';
import { orders, type ServiceAccountOrder } from './service-accounts.order.js';

export interface ListQuery {
  tenantId: string;
  filter: ServiceAccountFilter;
  order: ServiceAccountOrder;
  page: PageRequest;
  /** The position of the account before the page, in reading order. Undefined for the first page in that order. */
  position: readonly unknown[] | undefined;
  /** The columns to read, as a set (selected-columns.ts). The others are null. */
  columns: number;
}

/**
 * An account of the page. Only the first row contains the columns of the tenant; in the others, they are null. An empty
 * page has one row, whose `id` is null.
 */
export interface ListRow extends ServiceAccountRow, JoinedTenant {}

/**
 * Creates the statement that reads a tenant and a page of its accounts. It is hand-written so that PostgreSQL reads the
 * page from an index. The cost of a page therefore depends neither on its position nor on the number of accounts
 * (bench/list.js). The statement returns no row if the tenant does not exist.
 */
export function listStatement({ tenantId, filter, order, page, position, columns }: ListQuery): Statement {
  const values: unknown[] = [];
  const bind = binder(values);
  const { expression, type } = orders[order.field];
  const ascending = (order.direction === OrderDirection.ASC) !== page.backward;
  const tenant = `${bind(tenantId)}::uuid`;
  const keys = [
    { expression, type },
    { expression: 'account.id', type: 'uuid' },
  ];
  const condition = conditionFor(filter, bind, tenant);
  const { conditions, orderBy } = keyset(keys, ascending, position, bind);
  const direction = ascending ? 'asc' : 'desc';
  const text = `
    select ${accountColumnsOf('page', `${bind(columns)}::integer`)}, ${joinedTenantColumns('tenant')}
    from (select *, 1 as place from tenant where id = ${tenant}) tenant
    full join (
      select found.*, row_number() over (order by order_value ${direction}, id ${direction}) as place
      from (
        select ${accountColumns}, ${expression} as order_value
        from service_account account
        where ${[`account.tenant_id = ${tenant}`, condition, ...conditions].join(' and ')}
        order by ${orderBy}
        limit ${bind(rowLimit(page))}
      ) found
    ) page using (place)
    order by place`;
  if (!isUnfiltered(filter)) return { text, values };
  return { name: `service-accounts ${order.field} ${direction} ${position ? 'on' : 'from'}`, text, values };
}

/** Creates the statement that counts the accounts of a tenant that match a filter. */
export function countStatement(tenantId: string, filter: ServiceAccountFilter): Statement {
  const values: unknown[] = [];
  const bind = binder(values);
  const tenant = `${bind(tenantId)}::uuid`;
  const text = `
    select count(*)::integer as count from service_account account
    where account.tenant_id = ${tenant} and ${conditionFor(filter, bind, tenant)}`;
  return { text, values };
}
