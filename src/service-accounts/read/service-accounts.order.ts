import { Field, InputType, registerEnumType } from 'type-graphql';
import { z } from 'zod';
import type { ServiceAccountFields } from '../to-service-account-type.js';
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

@InputType('ServiceAccountOrder', { description: 'How a list is ordered.' })
export class ServiceAccountOrder {
  @Field(() => ServiceAccountOrderField, { description: 'By what.' })
  field!: ServiceAccountOrderField;

  @Field(() => OrderDirection, { description: 'Which way.' })
  direction!: OrderDirection;
}

const time = z.iso.datetime().transform((text) => new Date(text));
const never = '-infinity';

interface Order {
  /** As its index has it. */
  expression: string;
  type: string;
  /** Where an account stands in this order; with its id, which decides between equals, it makes a cursor. */
  placeOf(account: ServiceAccountFields): unknown;
  place: z.ZodType;
}

/** What a list can be ordered by. */
export const orders: Record<ServiceAccountOrderField, Order> = {
  [ServiceAccountOrderField.CREATED_AT]: {
    expression: 'account.created_at',
    type: 'timestamptz',
    placeOf: ({ createdAt }) => createdAt.toISOString(),
    place: time,
  },
  [ServiceAccountOrderField.NAME]: {
    expression: 'account.name',
    type: 'text',
    placeOf: ({ name }) => name,
    // PostgreSQL takes no NUL in a text.
    place: z.string().regex(/^\P{Cc}*$/u),
  },
  [ServiceAccountOrderField.LAST_USED_AT]: {
    expression: lastUse,
    type: 'timestamptz',
    placeOf: ({ lastUsedAt }) => lastUsedAt?.toISOString() ?? never,
    place: z.literal(never).or(time),
  },
};

/** The newest first. */
export const usualOrder: ServiceAccountOrder = {
  field: ServiceAccountOrderField.CREATED_AT,
  direction: OrderDirection.DESC,
};
