import { Field, InputType, registerEnumType } from 'type-graphql';
import type { z } from 'zod';
import { OrderDirection } from '../../../platform/pagination/order-direction.js';
import { textPlace, timePlace } from '../../../platform/pagination/place.js';
import type { TenantFields } from '../tenant.entity.js';

export enum TenantOrderField {
  CREATED_AT = 'createdAt',
  NAME = 'name',
}

registerEnumType(TenantOrderField, {
  name: 'TenantOrderField',
  description: 'What a list of tenants is ordered by.',
  valuesConfig: {
    CREATED_AT: { description: 'When they were created.' },
    NAME: { description: 'Their names.' },
  },
});

@InputType('TenantOrder', { description: 'How a list of tenants is ordered.' })
export class TenantOrder {
  @Field(() => TenantOrderField, { description: 'By what.' })
  field!: TenantOrderField;

  @Field(() => OrderDirection, { description: 'Which way.' })
  direction!: OrderDirection;
}

interface Order {
  /** As its index has it. */
  expression: string;
  type: string;
  /** Where a tenant stands in this order; with its id, which decides between equals, it makes a cursor. */
  placeOf(tenant: TenantFields): unknown;
  place: z.ZodType;
}

/** What a list can be ordered by. */
export const orders: Record<TenantOrderField, Order> = {
  [TenantOrderField.CREATED_AT]: {
    expression: 'tenant.created_at',
    type: 'timestamptz',
    placeOf: ({ createdAt }) => createdAt.toISOString(),
    place: timePlace,
  },
  [TenantOrderField.NAME]: {
    expression: 'tenant.name',
    type: 'text',
    placeOf: ({ name }) => name,
    place: textPlace,
  },
};

/** The newest first. */
export const usualOrder: TenantOrder = {
  field: TenantOrderField.CREATED_AT,
  direction: OrderDirection.DESC,
};
