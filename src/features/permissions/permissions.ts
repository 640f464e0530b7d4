import type { Pool } from 'pg';
import { Args, Ctx, Extensions, Field, FieldResolver, Int, ObjectType, Query, Resolver } from 'type-graphql';
import { z } from 'zod';
import type { Context } from '../../platform/context.js';
import { prepared } from '../../platform/database/sql.js';
import { decodeCursor, encodeCursor } from '../../platform/pagination/cursor.js';
import { binder, keyset } from '../../platform/pagination/keyset.js';
import { PageArgs, readPage } from '../../platform/pagination/page.args.js';
import { PageInfoType } from '../../platform/pagination/page-info.type.js';
import { rowsFor, toPage } from '../../platform/pagination/to-page.js';
import { isPermissionName } from './permission.rules.js';
import { type PermissionFields, PermissionType } from './permission.type.js';

/** A row is small, but for its description. */
const perPage = 15;

@ObjectType('PermissionEdge', { description: 'A permission and its place in the catalogue.' })
export class PermissionEdge {
  @Field(() => String, { description: 'The place, for `after` or `before`.' })
  cursor!: string;

  @Field(() => PermissionType, { description: 'The permission.' })
  node!: PermissionType;
}

@ObjectType('PermissionConnection', { description: 'A page of the catalogue.' })
export class PermissionConnection {
  @Extensions({ paged: true, cost: perPage })
  @Field(() => [PermissionEdge], { description: 'The permissions with their places.' })
  edges!: PermissionEdge[];

  @Extensions({ paged: true, cost: perPage })
  @Field(() => [PermissionType], { description: 'The permissions alone.' })
  nodes!: PermissionType[];

  @Field(() => PageInfoType, { description: 'Where the page is in the catalogue.' })
  pageInfo!: PageInfoType;
}

const list = 'permission';
const columns = [{ expression: 'name', type: 'text' }];
const place = z.tuple([z.string().refine(isPermissionName)]);

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
    const start = page.cursor && decodeCursor(page.cursor.value, list, place, page.cursor.field);
    const values: unknown[] = [];
    const bind = binder(values);
    const { conditions, orderBy } = keyset(columns, !page.backward, start, bind);
    const text = `
      select name, description, is_default as "isDefault", restricted from permission
      where ${['true', ...conditions].join(' and ')} order by ${orderBy} limit ${bind(rowsFor(page))}`;
    const find = prepared<PermissionFields>(`permissions ${orderBy} ${start ? 'on' : 'from'}`, text);
    const rows = await context.inTurn(() => find(this.pool, values));
    const { edges, pageInfo } = toPage(page, rows, (node) => ({
      cursor: encodeCursor(list, [node.name]),
      node,
    }));
    return { edges, nodes: edges.map(({ node }) => node), pageInfo };
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
