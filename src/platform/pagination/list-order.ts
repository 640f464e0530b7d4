import { registerEnumType } from 'type-graphql';
import type { z } from 'zod';
import type { KeysetColumn } from './keyset.js';

export enum OrderDirection {
  ASC = 'asc',
  DESC = 'desc',
}

registerEnumType(OrderDirection, {
  name: 'OrderDirection',
  description: 'Which way a list is ordered.',
  valuesConfig: {
    ASC: { description: 'From the smallest, the oldest, or A.' },
    DESC: { description: 'From the largest, the newest, or Z.' },
  },
});

/** An order of a list. The ids of items decide between items whose values are equal. */
export interface ListOrder<Item> extends KeysetColumn {
  /** The rule for the value of an item in a cursor. */
  position: z.ZodType;
  /** Returns the value that an item has in this order, as a JSON value. */
  positionOf(item: Item): unknown;
}
