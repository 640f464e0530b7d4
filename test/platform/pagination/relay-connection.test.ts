import 'reflect-metadata';
import { expect, test } from '@jest/globals';
import { z } from 'zod';
import { toConnection } from '../../../src/platform/pagination/relay-connection.js';

test('a page creates only the cursors that the request selects', () => {
  const positions: number[] = [];
  const list = {
    name: 'numbers',
    position: () => z.tuple([z.number()]),
    positionOf: (item: number) => {
      positions.push(item);
      return [item];
    },
  };
  const page = { size: 3, backward: false, cursor: undefined };
  const { edges, nodes, pageInfo } = toConnection(list, page, [1, 2, 3, 4], (item) => ({ item }));
  expect(nodes).toEqual([{ item: 1 }, { item: 2 }, { item: 3 }]);
  expect(pageInfo.hasNextPage).toBe(true);
  expect(positions).toEqual([]);
  const { endCursor } = pageInfo;
  expect(positions).toEqual([3]);
  expect(endCursor).toBe(edges[2]?.cursor);
});
