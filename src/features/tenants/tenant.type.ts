import { Field, ID, Int, ObjectType, registerEnumType } from 'type-graphql';
import type { TenantFields } from './tenant.entity.js';

export enum TenantStatus {
  ACTIVE = 'active',
  SUSPENDED = 'suspended',
}

registerEnumType(TenantStatus, {
  name: 'TenantStatus',
  description: 'Whether a tenant may be changed.',
  valuesConfig: {
    ACTIVE: { description: 'The tenant is in use.' },
    SUSPENDED: { description: 'Nothing in the tenant can be created or changed.' },
  },
});

@ObjectType('Tenant', { description: 'A customer, whose service accounts are its own.' })
export class TenantType {
  @Field(() => ID, { description: 'A UUID, as in the x-tenantid header.' })
  id!: string;

  @Field(() => String, { description: 'The name of the customer.' })
  name!: string;

  @Field(() => TenantStatus, { description: 'Whether the tenant may be changed.' })
  status!: TenantStatus;

  @Field(() => Int, { description: 'How many service accounts the tenant may have.' })
  serviceAccountLimit!: number;

  @Field(() => Int, { description: 'How many it has, not counting deleted ones.' })
  serviceAccountCount!: number;

  @Field(() => Int, { description: 'How many more it may create.' })
  remaining!: number;

  @Field(() => Int, {
    nullable: true,
    description: 'The longest life of a secret in days. One that is older goes on, and is overdue.',
  })
  secretMaxAgeDays!: number | null;

  @Field(() => Date, { description: 'When the tenant was created.' })
  createdAt!: Date;
}

export function toTenantType(tenant: TenantFields): TenantType {
  const { id, name, status, serviceAccountLimit, serviceAccountCount, secretMaxAgeDays, createdAt } = tenant;
  return {
    id,
    name,
    status: status as TenantStatus,
    serviceAccountLimit,
    serviceAccountCount,
    remaining: Math.max(0, serviceAccountLimit - serviceAccountCount),
    secretMaxAgeDays: secretMaxAgeDays ?? null,
    createdAt,
  };
}
