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
import { checkInput, normalizeSearch } from '../../../platform/input-rules.js';
import { once } from '../../../platform/once.js';
import type { CursorList } from '../../../platform/pagination/cursor.js';
import { PageArgs, readPage } from '../../../platform/pagination/page.args.js';
import { PageInfoType, positionBeside, toConnection } from '../../../platform/pagination/relay-connection.js';
import type { TenantFields } from '../tenant.entity.js';
import { TenantType, toTenantType } from '../tenant.type.js';
import { filterRules, TenantFilter } from './tenants.filter.js';
import { defaultOrder, orders, TenantOrder } from './tenants.order.js';
import { countStatement, listStatement } from './tenants.sql.js';

/** The cost of a page. The statement always reads complete rows. */
const pageCost = 100;

@ObjectType('TenantEdge', { description: 'A tenant on a page, with its cursor.' })
export class TenantEdge {
  @Field(() => String, {
    description: 'The cursor of the tenant. Use it as the `after` or `before` argument.',
  })
  cursor!: string;

  @Field(() => TenantType, { description: 'The tenant.' })
  node!: TenantType;
}

@ObjectType('TenantConnection', { description: 'A page of tenants.' })
export class TenantConnection {
  @Extensions({ paged: true, cost: pageCost })
  @Field(() => [TenantEdge], { description: 'The tenants on the page, with their cursors.' })
  edges!: TenantEdge[];

  @Extensions({ paged: true, cost: pageCost })
  @Field(() => [TenantType], { description: 'The tenants on the page, without cursors.' })
  nodes!: TenantType[];

  @Field(() => PageInfoType, { description: 'The position of the page in the list.' })
  pageInfo!: PageInfoType;

  /** Counts the tenants on all pages. */
  count!: () => Promise<number>;
}

@Resolver(() => TenantConnection)
export class Tenants {
  constructor(private readonly pool: Pool) {}

  @Query(() => TenantConnection, {
    nullable: true,
    description: 'Lists all tenants, newest first by default. Requires the role `super_admin`.',
  })
  async tenants(
    @Args(() => PageArgs) args: PageArgs,
    @Arg('filter', () => TenantFilter, {
      nullable: true,
      description: 'Selects the tenants to return. Defaults to all tenants.',
    })
    filterArgument: TenantFilter | null,
    @Arg('orderBy', () => TenantOrder, {
      nullable: true,
      description: 'The order of the tenants. Defaults to the newest tenants first.',
    })
    orderArgument: TenantOrder | null,
    @Ctx() context: Context,
  ): Promise<TenantConnection> {
    const page = readPage(args);
    const filter = { ...filterArgument, search: normalizeSearch(filterArgument?.search) };
    checkInput(filterRules, filter);
    const order = orderArgument ?? defaultOrder;
    const list = listOf(order);
    const position = positionBeside(list, page);
    const statement = listStatement({ filter, order, page, position });
    const rows = await context.inTurn(() => run<TenantFields>(this.pool, statement));
    const count = once(async () => {
      const statement = countStatement(filter);
      const [row] = await context.inTurn(() => run<{ count: number }>(this.pool, statement));
      return row?.count ?? 0;
    });
    return { ...toConnection(list, page, rows, toTenantType), count };
  }

  @Extensions({ cost: 2000 })
  @FieldResolver(() => Int, {
    description:
      'The number of tenants that match the filter, on all pages. The gateway counts them only if this field is selected, because that takes time.',
  })
  totalCount(@Root() { count }: TenantConnection): Promise<number> {
    return count();
  }
}

function listOf({ field, direction }: TenantOrder): CursorList<TenantFields> {
  const { position, positionOf } = orders[field];
  return {
    name: JSON.stringify(['tenant', field, direction]),
    position: () => z.tuple([position, z.string().refine(isUuid)]),
    positionOf: (row) => [positionOf(row), row.id],
  };
}
