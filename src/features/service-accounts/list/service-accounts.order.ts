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
  description: 'What a list is ordered by.',
  valuesConfig: {
    CREATED_AT: { description: 'When accounts were created.' },
    NAME: { description: 'Their names.' },
    LAST_USED_AT: { description: 'When they last signed in; those that never did come first.' },
  },
});

@InputType('ServiceAccountOrder', { description: 'How a list is ordered.' })
export class ServiceAccountOrder {
  @Field(() => ServiceAccountOrderField, { description: 'By what.' })
  field!: ServiceAccountOrderField;

  @Field(() => OrderDirection, { description: 'Which way.' })
  direction!: OrderDirection;
}

/** PostgreSQL's text for the time of an account that has never signed in. */
const never = '-infinity';

/** The orders of the list. */
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

/** The order of the list when the caller asks for none: the newest accounts come first. */
export const defaultOrder: ServiceAccountOrder = {
  field: ServiceAccountOrderField.CREATED_AT,
  direction: OrderDirection.DESC,
};
