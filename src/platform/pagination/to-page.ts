import type { PageRequest } from './page.args.js';
import type { PageInfoType } from './page-info.type.js';

interface Edge<Node> {
  cursor: string;
  node: Node;
}

/** Rows to ask for: one more than the page has tells whether there are others. */
export const rowsFor = ({ size }: PageRequest): number => size + 1;

/**
 * A page out of the rows that a statement found.
 * @param rows in the direction in which they were read, at most `rowsFor` of them
 */
export function toPage<Row, Node>(
  request: PageRequest,
  rows: readonly Row[],
  toEdge: (row: Row) => Edge<Node>,
): { edges: Edge<Node>[]; pageInfo: PageInfoType } {
  const edges = rows.slice(0, request.size).map(toEdge);
  if (request.backward) edges.reverse();
  const hasMore = rows.length > request.size;
  const hasCursor = request.cursor !== undefined;
  return {
    edges,
    pageInfo: {
      hasNextPage: request.backward ? hasCursor : hasMore,
      hasPreviousPage: request.backward ? hasMore : hasCursor,
      startCursor: edges[0]?.cursor ?? null,
      endCursor: edges.at(-1)?.cursor ?? null,
    },
  };
}
