import { Field, InputType, registerEnumType } from 'type-graphql';
import { textPosition, timePosition } from '../../../platform/pagination/cursor.js';
import { type ListOrder, OrderDirection } from '../../../platform/pagination/list-order.js';
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

/** The orders of the list. */
export const orders: Record<TenantOrderField, ListOrder<TenantFields>> = {
  [TenantOrderField.CREATED_AT]: {
    expression: 'tenant.created_at',
    type: 'timestamptz',
    positionOf: ({ createdAt }) => createdAt.toISOString(),
    position: timePosition,
  },
  [TenantOrderField.NAME]: {
    expression: 'tenant.name',
    type: 'text',
    positionOf: ({ name }) => name,
    position: textPosition,
  },
};

/** The order of the list when the caller asks for none: the newest tenants come first. */
export const defaultOrder: TenantOrder = {
  field: TenantOrderField.CREATED_AT,
  direction: OrderDirection.DESC,
};
