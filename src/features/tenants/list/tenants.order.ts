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
  description: 'The field by which a list of tenants is ordered.',
  valuesConfig: {
    CREATED_AT: { description: 'The time when the tenant was created.' },
    NAME: { description: 'The name of the tenant.' },
  },
});

@InputType('TenantOrder', { description: 'The order of a list of tenants.' })
export class TenantOrder {
  @Field(() => TenantOrderField, { description: 'The field to order by.' })
  field!: TenantOrderField;

  @Field(() => OrderDirection, { description: 'The direction of the order.' })
  direction!: OrderDirection;
}

/** The SQL and the cursor position of each order. */
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

/** The default order of the list: newest tenants first. */
export const defaultOrder: TenantOrder = {
  field: TenantOrderField.CREATED_AT,
  direction: OrderDirection.DESC,
};
