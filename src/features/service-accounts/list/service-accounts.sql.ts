import type { Statement } from '../../../platform/database/sql.js';
import { isUnfiltered } from '../../../platform/pagination/is-unfiltered.js';
import { binder, keyset } from '../../../platform/pagination/keyset.js';
import { OrderDirection } from '../../../platform/pagination/order-direction.js';
import type { PageRequest } from '../../../platform/pagination/page.args.js';
import { rowsFor } from '../../../platform/pagination/to-page.js';
import { accountColumns, type ServiceAccountRow } from '../service-account.entity.js';
import { conditionFor } from './service-accounts.conditions.js';
import type { ServiceAccountFilter } from './service-accounts.filter.js';
import { orders, type ServiceAccountOrder } from './service-accounts.order.js';

export interface ListQuery {
  tenantId: string;
  filter: ServiceAccountFilter;
  order: ServiceAccountOrder;
  page: PageRequest;
  /** Where the page begins: the account there is not on it. */
  place: readonly unknown[] | undefined;
}

/** An account of the page and its tenant; without an `id` where the page is empty. */
export interface ListRow extends ServiceAccountRow {
  tenantId: string;
  tenantName: string;
  tenantStatus: 'active' | 'suspended';
  tenantLimit: number;
  tenantCount: number;
  tenantSecretMaxAgeDays: number | null;
  tenantCreatedAt: Date;
}

/**
 * A page of a tenant's accounts with the tenant, in one statement, written by hand because it has to be read where
 * it stands in an index: a page costs the same wherever it is and however many accounts there are (bench/list.js).
 * There is no row when there is no such tenant.
 */
export function listStatement({ tenantId, filter, order, page, place }: ListQuery): Statement {
  const values: unknown[] = [];
  const bind = binder(values);
  const { expression, type } = orders[order.field];
  const ascending = (order.direction === OrderDirection.ASC) !== page.backward;
  const tenant = `${bind(tenantId)}::uuid`;
  const columns = [
    { expression, type },
    { expression: 'account.id', type: 'uuid' },
  ];
  const condition = conditionFor(filter, bind, tenant);
  const { conditions, orderBy } = keyset(columns, ascending, place, bind);
  const direction = ascending ? 'asc' : 'desc';
  const text = `
    select
      page.*, tenant.id as "tenantId", tenant.name as "tenantName", tenant.status as "tenantStatus",
      service_account_limit as "tenantLimit", service_account_count as "tenantCount",
      secret_max_age_days as "tenantSecretMaxAgeDays", tenant.created_at as "tenantCreatedAt"
    from tenant left join lateral (
      select ${accountColumns}, ${expression} as place
      from service_account account
      where ${[`account.tenant_id = ${tenant}`, condition, ...conditions].join(' and ')}
      order by ${orderBy}
      limit ${bind(rowsFor(page))}
    ) page on true
    where tenant.id = ${tenant}
    order by page.place ${direction}, page.id ${direction}`;
  if (!isUnfiltered(filter)) return { text, values };
  return { name: `service-accounts ${order.field} ${direction} ${place ? 'on' : 'from'}`, text, values };
}

/** How many accounts of the tenant a filter lets through. */
export function countStatement(tenantId: string, filter: ServiceAccountFilter): Statement {
  const values: unknown[] = [];
  const bind = binder(values);
  const tenant = `${bind(tenantId)}::uuid`;
  const text = `
    select count(*)::integer as count from service_account account
    where account.tenant_id = ${tenant} and ${conditionFor(filter, bind, tenant)}`;
  return { text, values };
}
