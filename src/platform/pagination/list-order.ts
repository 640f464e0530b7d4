import { registerEnumType } from 'type-graphql';
import type { z } from 'zod';
import type { KeysetColumn } from './keyset.js';

export enum OrderDirection {
  ASC = 'asc',
  DESC = 'desc',
}

registerEnumType(OrderDirection, {
  name: 'OrderDirection',
  description: 'The direction in which a list is ordered.',
  valuesConfig: {
    ASC: { description: 'Ascending order: oldest first, or from A to Z.' },
    DESC: { description: 'Descending order: newest first, or from Z to A.' },
  },
});

/** An order of a list. Items with equal values are ordered by their IDs. */
export interface ListOrder<Item> extends KeysetColumn {
  /** The rule for the value of an item in a cursor. */
  position: z.ZodType;
  /** Returns the value of an item in this order, as a JSON value. */
  positionOf(item: Item): unknown;
}
