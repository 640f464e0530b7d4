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
import type { Context } from '../../../platform/context.js';
import { run } from '../../../platform/database/sql.js';
import { isUuid } from '../../../platform/ids.js';
import { checkInput, toSearched } from '../../../platform/input-rules.js';
import { decodeCursor, encodeCursor } from '../../../platform/pagination/cursor.js';
import { once } from '../../../platform/pagination/once.js';
import { PageArgs, readPage } from '../../../platform/pagination/page.args.js';
import { PageInfoType } from '../../../platform/pagination/page-info.type.js';
import { toPage } from '../../../platform/pagination/to-page.js';
import type { TenantFields } from '../tenant.entity.js';
import { TenantType, toTenantType } from '../tenant.type.js';
import { filterRules, TenantFilter } from './tenants.filter.js';
import { orders, TenantOrder, usualOrder } from './tenants.order.js';
import { countStatement, listStatement } from './tenants.sql.js';

/** Rows are read whole, whatever is selected. */
const perPage = 100;

@ObjectType('TenantEdge', { description: 'A tenant and its place in the list.' })
export class TenantEdge {
  @Field(() => String, { description: 'The place, for `after` or `before`.' })
  cursor!: string;

  @Field(() => TenantType, { description: 'The tenant.' })
  node!: TenantType;
}

@ObjectType('TenantConnection', { description: 'A page of tenants.' })
export class TenantConnection {
  @Extensions({ paged: true, cost: perPage })
  @Field(() => [TenantEdge], { description: 'The tenants with their places.' })
  edges!: TenantEdge[];

  @Extensions({ paged: true, cost: perPage })
  @Field(() => [TenantType], { description: 'The tenants alone.' })
  nodes!: TenantType[];

  @Field(() => PageInfoType, { description: 'Where the page is in the list.' })
  pageInfo!: PageInfoType;

  /** Counts only when it is called. */
  count!: () => Promise<number>;
}

@Resolver(() => TenantConnection)
export class Tenants {
  constructor(private readonly pool: Pool) {}

  @Query(() => TenantConnection, {
    nullable: true,
    description: 'All tenants, the newest first. For super_admin.',
  })
  async tenants(
    @Args(() => PageArgs) args: PageArgs,
    @Arg('filter', () => TenantFilter, { nullable: true, description: 'Which ones. Otherwise all.' })
    givenFilter: TenantFilter | null,
    @Arg('orderBy', () => TenantOrder, { nullable: true, description: 'In which order.' })
    givenOrder: TenantOrder | null,
    @Ctx() context: Context,
  ): Promise<TenantConnection> {
    const page = readPage(args);
    const filter = { ...givenFilter, search: toSearched(givenFilter?.search) };
    checkInput(filterRules, filter);
    const order = givenOrder ?? usualOrder;
    const { place, placeOf } = orders[order.field];
    const list = JSON.stringify(['tenant', order.field, order.direction]);
    const start =
      page.cursor &&
      decodeCursor(page.cursor.value, list, z.tuple([place, z.string().refine(isUuid)]), page.cursor.field);
    const statement = listStatement({ filter, order, page, place: start });
    const rows = await context.inTurn(() => run<TenantFields>(this.pool, statement));
    const { edges, pageInfo } = toPage(page, rows, (row) => ({
      cursor: encodeCursor(list, [placeOf(row), row.id]),
      node: toTenantType(row),
    }));
    const count = once(async () => {
      const counted = countStatement(filter);
      const [row] = await context.inTurn(() => run<{ count: number }>(this.pool, counted));
      return row?.count ?? 0;
    });
    return { edges, nodes: edges.map(({ node }) => node), pageInfo, count };
  }

  @Extensions({ cost: 2000 })
  @FieldResolver(() => Int, { description: 'How many there are on all pages. Counted only when selected.' })
  totalCount(@Root() { count }: TenantConnection): Promise<number> {
    return count();
  }
}
