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

/** The cost of a page. Except for the descriptions, its rows are small. */
const pageCost = 15;

@ObjectType('PermissionEdge', { description: 'A permission on a page, with its cursor.' })
export class PermissionEdge {
  @Field(() => String, {
    description: 'The cursor of the permission. Use it as the `after` or `before` argument.',
  })
  cursor!: string;

  @Field(() => PermissionType, { description: 'The permission.' })
  node!: PermissionType;
}

@ObjectType('PermissionConnection', { description: 'A page of permissions.' })
export class PermissionConnection {
  @Extensions({ paged: true, cost: pageCost })
  @Field(() => [PermissionEdge], { description: 'The permissions on the page, with their cursors.' })
  edges!: PermissionEdge[];

  @Extensions({ paged: true, cost: pageCost })
  @Field(() => [PermissionType], { description: 'The permissions on the page, without cursors.' })
  nodes!: PermissionType[];

  @Field(() => PageInfoType, { description: 'The position of the page in the permission catalog.' })
  pageInfo!: PageInfoType;
}

const columns = [{ expression: 'name', type: 'text' }];
const list: CursorList<PermissionFields> = {
  name: 'permission',
  position: () => z.tuple([z.string().refine(isPermissionName)]),
  positionOf: ({ name }) => [name],
};

@Resolver(() => PermissionConnection)
export class Permissions {
  constructor(private readonly pool: Pool) {}

  @Query(() => PermissionConnection, {
    nullable: true,
    description:
      'Lists the permission catalog, ordered by name. All tenants share the same catalog. Requires the role `tenant_viewer`, `tenant_admin` or `super_admin`.',
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
  @FieldResolver(() => Int, {
    description:
      'The number of permissions in the permission catalog. The gateway counts them only if this field is selected, because that takes time.',
  })
  async totalCount(@Ctx() context: Context): Promise<number> {
    const [row] = await context.inTurn(() => count(this.pool, []));
    return row?.count ?? 0;
  }
}

const count = prepared<{ count: number }>(
  'count-permissions',
  'select count(*)::integer as count from permission',
);
