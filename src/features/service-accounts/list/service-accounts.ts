import type { Pool } from 'pg';
import {
  Arg,
  Args,
  Ctx,
  Extensions,
  Field,
  FieldResolver,
  Int,
  ObjectType,
  Query,
  Resolver,
  Root,
} from 'type-graphql';
import { z } from 'zod';
import { type Context, tenantIdOf } from '../../../platform/context.js';
import { run } from '../../../platform/database/sql.js';
import { checkInput, toSearched } from '../../../platform/input-rules.js';
import { decodeCursor, encodeCursor } from '../../../platform/pagination/cursor.js';
import { isUnfiltered } from '../../../platform/pagination/is-unfiltered.js';
import { once } from '../../../platform/pagination/once.js';
import { PageArgs, readPage } from '../../../platform/pagination/page.args.js';
import { PageInfoType } from '../../../platform/pagination/page-info.type.js';
import { toPage } from '../../../platform/pagination/to-page.js';
import { noTenant } from '../../tenants/tenant.rules.js';
import { toTenantType } from '../../tenants/tenant.type.js';
import { ServiceAccountType, toServiceAccountType } from '../service-account.type.js';
import { filterRules, ServiceAccountFilter } from './service-accounts.filter.js';
import { orders, ServiceAccountOrder, usualOrder } from './service-accounts.order.js';
import { countStatement, type ListRow, listStatement } from './service-accounts.sql.js';

/** Rows are read whole, whatever is selected. */
const perPage = 500;

@ObjectType('ServiceAccountEdge', { description: 'An account and its place in the list.' })
export class ServiceAccountEdge {
  @Field(() => String, { description: 'The place, for `after` or `before`.' })
  cursor!: string;

  @Field(() => ServiceAccountType, { description: 'The account.' })
  node!: ServiceAccountType;
}

@ObjectType('ServiceAccountConnection', { description: 'A page of service accounts.' })
export class ServiceAccountConnection {
  @Extensions({ paged: true, cost: perPage })
  @Field(() => [ServiceAccountEdge], { description: 'The accounts with their places.' })
  edges!: ServiceAccountEdge[];

  @Extensions({ paged: true, cost: perPage })
  @Field(() => [ServiceAccountType], { description: 'The accounts alone.' })
  nodes!: ServiceAccountType[];

  @Field(() => PageInfoType, { description: 'Where the page is in the list.' })
  pageInfo!: PageInfoType;

  /** Counts only when it is called. */
  count!: () => Promise<number>;
}

@Resolver(() => ServiceAccountConnection)
export class ServiceAccounts {
  constructor(private readonly pool: Pool) {}

  @Query(() => ServiceAccountConnection, {
    nullable: true,
    description: 'The service accounts of the tenant of the x-tenantid header, the newest first.',
  })
  async serviceAccounts(
    @Args(() => PageArgs) args: PageArgs,
    @Arg('filter', () => ServiceAccountFilter, { nullable: true, description: 'Which ones. Otherwise all.' })
    givenFilter: ServiceAccountFilter | null,
    @Arg('orderBy', () => ServiceAccountOrder, { nullable: true, description: 'In which order.' })
    givenOrder: ServiceAccountOrder | null,
    @Ctx() context: Context,
  ): Promise<ServiceAccountConnection> {
    const tenantId = tenantIdOf(context);
    const page = readPage(args);
    const filter = { ...givenFilter, search: toSearched(givenFilter?.search) };
    checkInput(filterRules, filter);
    const order = givenOrder ?? usualOrder;
    const { place, placeOf } = orders[order.field];
    const list = JSON.stringify(['service_account', tenantId, order.field, order.direction]);
    const start =
      page.cursor && decodeCursor(page.cursor.value, list, z.tuple([place, z.uuid()]), page.cursor.field);
    const statement = listStatement({ tenantId, filter, order, page, place: start });
    const rows = await context.inTurn(() => run<ListRow>(this.pool, statement));
    const [first] = rows;
    if (!first) throw noTenant();
    const tenant = toTenantType({
      id: first.tenantId,
      name: first.tenantName,
      status: first.tenantStatus,
      serviceAccountLimit: first.tenantLimit,
      serviceAccountCount: first.tenantCount,
      secretMaxAgeDays: first.tenantSecretMaxAgeDays,
      createdAt: first.tenantCreatedAt,
    });
    const found = first.id === null ? [] : rows;
    const { edges, pageInfo } = toPage(page, found, (row) => ({
      cursor: encodeCursor(list, [placeOf(row), row.id]),
      node: toServiceAccountType(row, tenant),
    }));
    const count = once(async () => {
      if (isUnfiltered(filter)) return tenant.serviceAccountCount;
      const counted = countStatement(tenantId, filter);
      const [row] = await context.inTurn(() => run<{ count: number }>(this.pool, counted));
      return row?.count ?? 0;
    });
    return { edges, nodes: edges.map(({ node }) => node), pageInfo, count };
  }

  @Extensions({ cost: 2000 })
  @FieldResolver(() => Int, { description: 'How many there are on all pages. Counted only when selected.' })
  totalCount(@Root() { count }: ServiceAccountConnection): Promise<number> {
    return count();
  }
}
