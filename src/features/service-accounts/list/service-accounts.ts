import type { GraphQLResolveInfo } from 'graphql';
import type { Pool } from 'pg';
import {
  Arg,
  Args,
  Ctx,
  Extensions,
  Field,
  FieldResolver,
  Info,
  Int,
  ObjectType,
  Query,
  Resolver,
  Root,
} from 'type-graphql';
import { z } from 'zod';
import { type Context, tenantIdOf } from '../../../platform/context.js';
import { run } from '../../../platform/database/sql.js';
import { checkInput, normalizeSearch } from '../../../platform/input-rules.js';
import { once } from '../../../platform/once.js';
import type { CursorList } from '../../../platform/pagination/cursor.js';
import { isUnfiltered } from '../../../platform/pagination/keyset.js';
import { PageArgs, readPage } from '../../../platform/pagination/page.args.js';
import { PageInfoType, positionBeside, toConnection } from '../../../platform/pagination/relay-connection.js';
import { tenantOf } from '../../tenants/joined-tenant.js';
import { tenantNotFoundError } from '../../tenants/tenant.rules.js';
import type { ServiceAccountRow } from '../service-account.entity.js';
import { ServiceAccountType, toServiceAccountType } from '../service-account.type.js';
import { columnSet, selectedColumns } from './selected-columns.js';
import { filterRules, ServiceAccountFilter } from './service-accounts.filter.js';
import { defaultOrder, orders, ServiceAccountOrder } from './service-accounts.order.js';
import { countStatement, type ListRow, listStatement } from './service-accounts.sql.js';

/** The cost of a page. */
const pageCost = 500;

@ObjectType('ServiceAccountEdge', { description: 'A service account on a page, with its cursor.' })
export class ServiceAccountEdge {
  @Field(() => String, {
    description: 'The cursor of the service account. Use it as the `after` or `before` argument.',
  })
  cursor!: string;

  @Field(() => ServiceAccountType, { description: 'The service account.' })
  node!: ServiceAccountType;
}

@ObjectType('ServiceAccountConnection', { description: 'A page of service accounts.' })
export class ServiceAccountConnection {
  @Extensions({ paged: true, cost: pageCost })
  @Field(() => [ServiceAccountEdge], { description: 'The service accounts on the page, with their cursors.' })
  edges!: ServiceAccountEdge[];

  @Extensions({ paged: true, cost: pageCost })
  @Field(() => [ServiceAccountType], { description: 'The service accounts on the page, without cursors.' })
  nodes!: ServiceAccountType[];

  @Field(() => PageInfoType, { description: 'The position of the page in the list.' })
  pageInfo!: PageInfoType;

  /** Counts the accounts on all pages. */
  count!: () => Promise<number>;
}

@Resolver(() => ServiceAccountConnection)
export class ServiceAccounts {
  constructor(private readonly pool: Pool) {}

  @Query(() => ServiceAccountConnection, {
    nullable: true,
    description:
      'Lists the service accounts of a tenant, newest first by default. The `x-tenantid` header names the tenant. Deleted accounts are omitted unless the filter selects them. Requires the role `tenant_viewer`, `tenant_admin` or `super_admin`.',
  })
  async serviceAccounts(
    @Args(() => PageArgs) args: PageArgs,
    @Arg('filter', () => ServiceAccountFilter, {
      nullable: true,
      description: 'Selects the service accounts to return. Defaults to all accounts that are not deleted.',
    })
    filterArgument: ServiceAccountFilter | null,
    @Arg('orderBy', () => ServiceAccountOrder, {
      nullable: true,
      description: 'The order of the service accounts. Defaults to the newest accounts first.',
    })
    orderArgument: ServiceAccountOrder | null,
    @Ctx() context: Context,
    @Info() info: GraphQLResolveInfo,
  ): Promise<ServiceAccountConnection> {
    const tenantId = tenantIdOf(context);
    const page = readPage(args);
    const filter = { ...filterArgument, search: normalizeSearch(filterArgument?.search) };
    checkInput(filterRules, filter);
    const order = orderArgument ?? defaultOrder;
    const list = listOf(tenantId, order);
    const position = positionBeside(list, page);
    const columns = selectedColumns(info) | columnSet([order.field]);
    const statement = listStatement({ tenantId, filter, order, page, position, columns });
    const rows = await context.inTurn(() => run<ListRow>(this.pool, statement));
    const [first] = rows;
    if (!first) throw tenantNotFoundError();
    const tenant = tenantOf(first);
    const accounts = first.id === null ? [] : rows;
    const connection = toConnection(list, page, accounts, (row) => toServiceAccountType(row, tenant));
    const count = once(async () => {
      if (isUnfiltered(filter)) return tenant.serviceAccountCount;
      const statement = countStatement(tenantId, filter);
      const [row] = await context.inTurn(() => run<{ count: number }>(this.pool, statement));
      return row?.count ?? 0;
    });
    return { ...connection, count };
  }

  @Extensions({ cost: 2000 })
  @FieldResolver(() => Int, {
    description:
      'The number of service accounts that match the filter, on all pages. The gateway counts them only if this field is selected, because that takes time.',
  })
  totalCount(@Root() { count }: ServiceAccountConnection): Promise<number> {
    return count();
  }
}

function listOf(tenantId: string, { field, direction }: ServiceAccountOrder): CursorList<ServiceAccountRow> {
  const { position, positionOf } = orders[field];
  return {
    name: JSON.stringify(['service_account', tenantId, field, direction]),
    position: () => z.tuple([position, z.uuid()]),
    positionOf: (row) => [positionOf(row), row.id],
  };
}
