import { Field, InputType, registerEnumType } from 'type-graphql';
import { z } from 'zod';
import { textPosition, timePosition } from '../../../platform/pagination/cursor.js';
import { type ListOrder, OrderDirection } from '../../../platform/pagination/list-order.js';
import type { ServiceAccountRow } from '../service-account.entity.js';
import { lastUse } from './service-accounts.conditions.js';

export enum ServiceAccountOrderField {
  CREATED_AT = 'createdAt',
  NAME = 'name',
  LAST_USED_AT = 'lastUsedAt',
}

registerEnumType(ServiceAccountOrderField, {
  name: 'ServiceAccountOrderField',
  description: 'The field by which a list of service accounts is ordered.',
  valuesConfig: {
    CREATED_AT: { description: 'The time when the account was created.' },
    NAME: { description: 'The name of the account.' },
    LAST_USED_AT: {
      description:
        'The time when the account last authenticated. Accounts that never did come first in ascending order and last in descending order.',
    },
  },
});

@InputType('ServiceAccountOrder', { description: 'The order of a list of service accounts.' })
export class ServiceAccountOrder {
  @Field(() => ServiceAccountOrderField, { description: 'The field to order by.' })
  field!: ServiceAccountOrderField;

  @Field(() => OrderDirection, { description: 'The direction of the order.' })
  direction!: OrderDirection;
}

/** The last use of an account that never authenticated, as a PostgreSQL timestamp. */
const never = '-infinity';

/** The SQL and the cursor position of each order. */
export const orders: Record<ServiceAccountOrderField, ListOrder<ServiceAccountRow>> = {
  [ServiceAccountOrderField.CREATED_AT]: {
    expression: 'account.created_at',
    type: 'timestamptz',
    positionOf: ({ createdAt }) => createdAt.toISOString(),
    position: timePosition,
  },
  [ServiceAccountOrderField.NAME]: {
    expression: 'account.name',
    type: 'text',
    positionOf: ({ name }) => name,
    position: textPosition,
  },
  [ServiceAccountOrderField.LAST_USED_AT]: {
    expression: lastUse,
    type: 'timestamptz',
    positionOf: ({ lastUsedAt }) => lastUsedAt?.toISOString() ?? never,
    position: z.literal(never).or(timePosition),
  },
};

/** The default order of the list: newest accounts first. */
export const defaultOrder: ServiceAccountOrder = {
  field: ServiceAccountOrderField.CREATED_AT,
  direction: OrderDirection.DESC,
};
