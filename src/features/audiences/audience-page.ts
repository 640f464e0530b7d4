import type { Pool } from 'pg';
import { Extensions, Field, FieldResolver, Int, ObjectType, Resolver, Root } from 'type-graphql';
import { z } from 'zod';
import type { Context } from '../../platform/context.js';
import { run } from '../../platform/database/sql.js';
import { once } from '../../platform/once.js';
import type { CursorList } from '../../platform/pagination/cursor.js';
import { type PageArgs, readPage } from '../../platform/pagination/page.args.js';
import { PageInfoType, positionBeside, toConnection } from '../../platform/pagination/relay-connection.js';
import { tenantNotFoundError } from '../tenants/tenant.rules.js';
import type { AudienceFields } from './audience.entity.js';
import { AudienceType } from './audience.type.js';
import { uriKey } from './audience-uri.js';
import { type AudienceRow, countStatement, listStatement } from './audiences.sql.js';

/** The cost of a page. The statement always reads complete rows. */
const pageCost = 100;

@ObjectType('AudienceEdge', { description: 'An audience on a page, with its cursor.' })
export class AudienceEdge {
  @Field(() => String, {
    description: 'The cursor of the audience. Use it as the `after` or `before` argument.',
  })
  cursor!: string;

  @Field(() => AudienceType, { description: 'The audience.' })
  node!: AudienceType;
}

@ObjectType('AudienceConnection', { description: 'A page of audiences.' })
export class AudienceConnection {
  @Extensions({ paged: true, cost: pageCost })
  @Field(() => [AudienceEdge], { description: 'The audiences on the page, with their cursors.' })
  edges!: AudienceEdge[];

  @Extensions({ paged: true, cost: pageCost })
  @Field(() => [AudienceType], { description: 'The audiences on the page, without cursors.' })
  nodes!: AudienceType[];

  @Field(() => PageInfoType, { description: 'The position of the page in the list.' })
  pageInfo!: PageInfoType;

  /** Counts the audiences on all pages. */
  count!: () => Promise<number>;
}

@Resolver(() => AudienceConnection)
export class AudienceCount {
  @Extensions({ cost: 50 })
  @FieldResolver(() => Int, {
    description:
      'The number of audiences on all pages. The gateway counts them only if this field is selected, because that takes time.',
  })
  totalCount(@Root() { count }: AudienceConnection): Promise<number> {
    return count();
  }
}

/** The list of a tenant's audiences, or of all audiences, ordered by URI. */
const listOf = (tenantId: string | undefined): CursorList<AudienceFields> => ({
  name: JSON.stringify(['audience', tenantId ?? 'all']),
  position: () => z.tuple([z.string().regex(/^[\x21-\x7e]*$/)]),
  positionOf: ({ uri }) => [uriKey(uri)],
});

/**
 * Reads a page of the catalog.
 * @param tenantId the tenant whose audiences are read, with those of all tenants; undefined for the whole catalog
 * @throws AppError BAD_USER_INPUT or NOT_FOUND
 */
export async function readAudiences(
  pool: Pool,
  context: Context,
  tenantId: string | undefined,
  args: PageArgs,
): Promise<AudienceConnection> {
  const page = readPage(args);
  const list = listOf(tenantId);
  const statement = listStatement(tenantId, page, positionBeside(list, page));
  const rows = await context.inTurn(() => run<AudienceRow>(pool, statement));
  if (!rows[0]?.tenantExists) throw tenantNotFoundError();
  const found = rows[0].uri === null ? [] : rows;
  const count = once(async () => {
    const [row] = await context.inTurn(() => run<{ count: number }>(pool, countStatement(tenantId)));
    return row?.count ?? 0;
  });
  return { ...toConnection(list, page, found, (row): AudienceType => row), count };
}
