import type { Pool } from 'pg';
import { Args, Ctx, Extensions, Field, FieldResolver, Int, ObjectType, Query, Resolver } from 'type-graphql';
import { z } from 'zod';
import type { Context } from '../../platform/context.js';
import { prepared } from '../../platform/database/sql.js';
import type { CursorList } from '../../platform/pagination/cursor.js';
import { binder, keyset, rowLimit } from '../../platform/pagination/keyset.js';
import { PageArgs, readPage } from '../../platform/pagination/page.args.js';
import { PageInfoType, positionBeside, toConnection } from '../../platform/pagination/relay-connection.js';
import { isPermissionName } from './permission.rules.js';
import { type PermissionFields, PermissionType } from './permission.type.js';

/** The cost of a page: its rows are small, apart from their descriptions. */
const pageCost = 15;

@ObjectType('PermissionEdge', { description: 'A permission and its place in the catalogue.' })
export class PermissionEdge {
  @Field(() => String, { description: 'The place, for `after` or `before`.' })
  cursor!: string;

  @Field(() => PermissionType, { description: 'The permission.' })
  node!: PermissionType;
}

@ObjectType('PermissionConnection', { description: 'A page of the catalogue.' })
export class PermissionConnection {
  @Extensions({ paged: true, cost: pageCost })
  @Field(() => [PermissionEdge], { description: 'The permissions with their places.' })
  edges!: PermissionEdge[];

  @Extensions({ paged: true, cost: pageCost })
  @Field(() => [PermissionType], { description: 'The permissions alone.' })
  nodes!: PermissionType[];

  @Field(() => PageInfoType, { description: 'Where the page is in the catalogue.' })
  pageInfo!: PageInfoType;
}

const columns = [{ expression: 'name', type: 'text' }];
const list: CursorList<PermissionFields> = {
  name: 'permission',
  position: z.tuple([z.string().refine(isPermissionName)]),
  positionOf: ({ name }) => [name],
};

@Resolver(() => PermissionConnection)
export class Permissions {
  constructor(private readonly pool: Pool) {}

  @Query(() => PermissionConnection, {
    nullable: true,
    description: 'The catalogue of permissions, by their names. The same in every tenant.',
  })
  async permissions(
    @Args(() => PageArgs) args: PageArgs,
    @Ctx() context: Context,
  ): Promise<PermissionConnection> {
    const page = readPage(args);
    const position = positionBeside(list, page);
    const values: unknown[] = [];
    const bind = binder(values);
    const { conditions, orderBy } = keyset(columns, !page.backward, position, bind);
    const text = `
      select name, description, is_default as "isDefault", restricted from permission
      where ${['true', ...conditions].join(' and ')} order by ${orderBy} limit ${bind(rowLimit(page))}`;
    const find = prepared<PermissionFields>(`permissions ${orderBy} ${position ? 'on' : 'from'}`, text);
    const rows = await context.inTurn(() => find(this.pool, values));
    return toConnection(list, page, rows, (row) => row);
  }

  @Extensions({ cost: 50 })
  @FieldResolver(() => Int, { description: 'How many there are. Counted only when selected.' })
  async totalCount(@Ctx() context: Context): Promise<number> {
    const [row] = await context.inTurn(() => count(this.pool, []));
    return row?.count ?? 0;
  }
}

const count = prepared<{ count: number }>(
  'count-permissions',
  'select count(*)::integer as count from permission',
);
