import { Field, InputType, registerEnumType } from 'type-graphql';
import { z } from 'zod';
import { OrderDirection } from '../../../platform/pagination/order-direction.js';
import { textPlace, timePlace } from '../../../platform/pagination/place.js';
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

const never = '-infinity';

interface Order {
  /** As its index has it. */
  expression: string;
  type: string;
  /** Where an account stands in this order; with its id, which decides between equals, it makes a cursor. */
  placeOf(account: ServiceAccountRow): unknown;
  place: z.ZodType;
}

/** What a list can be ordered by. */
export const orders: Record<ServiceAccountOrderField, Order> = {
  [ServiceAccountOrderField.CREATED_AT]: {
    expression: 'account.created_at',
    type: 'timestamptz',
    placeOf: ({ createdAt }) => createdAt.toISOString(),
    place: timePlace,
  },
  [ServiceAccountOrderField.NAME]: {
    expression: 'account.name',
    type: 'text',
    placeOf: ({ name }) => name,
    place: textPlace,
  },
  [ServiceAccountOrderField.LAST_USED_AT]: {
    expression: lastUse,
    type: 'timestamptz',
    placeOf: ({ lastUsedAt }) => lastUsedAt?.toISOString() ?? never,
    place: z.literal(never).or(timePlace),
  },
};

/** The newest first. */
export const usualOrder: ServiceAccountOrder = {
  field: ServiceAccountOrderField.CREATED_AT,
  direction: OrderDirection.DESC,
};
