import { Field, ObjectType } from 'type-graphql';
import { type CursorList, decodeCursor, encodeCursor } from './cursor.js';
import type { PageRequest } from './page.args.js';

@ObjectType('PageInfo', { description: 'The position of a page in its list.' })
export class PageInfoType {
  @Field(() => Boolean, { description: 'Whether more items follow after this page.' })
  hasNextPage!: boolean;

  @Field(() => Boolean, { description: 'Whether there are items before this page.' })
  hasPreviousPage!: boolean;

  @Field(() => String, {
    nullable: true,
    description:
      'The cursor of the first item of the page. Use it as the `before` argument to get the previous page. Null if the page is empty.',
  })
  startCursor!: string | null;

  @Field(() => String, {
    nullable: true,
    description:
      'The cursor of the last item of the page. Use it as the `after` argument to get the next page. Null if the page is empty.',
  })
  endCursor!: string | null;
}

/** An item of a page, with its cursor. */
interface Edge<Node> {
  readonly cursor: string;
  readonly node: Node;
}

/** A page of a list (GraphQL Cursor Connections Specification, section 2). */
export interface Connection<Node> {
  edges: Edge<Node>[];
  nodes: Node[];
  pageInfo: PageInfoType;
}

/**
 * Returns the position of the item next to a page, or undefined if the page is at the start or end of the list.
 * @throws AppError BAD_USER_INPUT if the cursor belongs to another list
 */
export const positionBeside = <Item>(
  list: CursorList<Item>,
  { cursor }: PageRequest,
): readonly unknown[] | undefined => cursor && decodeCursor(list, cursor.value, cursor.argument);

/** Creates its cursor only when the request selects it. Most requests need two cursors at most. */
class LazyEdge<Row, Node> implements Edge<Node> {
  constructor(
    private readonly list: CursorList<Row>,
    private readonly row: Row,
    readonly node: Node,
  ) {}

  get cursor(): string {
    return encodeCursor(this.list, this.row);
  }
}

/**
 * Creates a connection from the rows that a statement returned.
 * @param rows in the order in which they were read, at most `rowLimit` rows
 */
export function toConnection<Row, Node>(
  list: CursorList<Row>,
  { size, backward, cursor }: PageRequest,
  rows: readonly Row[],
  toNode: (row: Row) => Node,
): Connection<Node> {
  const edges = rows.slice(0, size).map((row) => new LazyEdge(list, row, toNode(row)));
  if (backward) edges.reverse();
  const hasMore = rows.length > size;
  const hasCursor = cursor !== undefined;
  return {
    edges,
    nodes: edges.map(({ node }) => node),
    pageInfo: {
      hasNextPage: backward ? hasCursor : hasMore,
      hasPreviousPage: backward ? hasMore : hasCursor,
      get startCursor() {
        return edges[0]?.cursor ?? null;
      },
      get endCursor() {
        return edges.at(-1)?.cursor ?? null;
      },
    },
  };
}
