import { Field, ID, Int, ObjectType, registerEnumType } from 'type-graphql';
import type { TenantExternalIdType } from './external-ids/external-id.type.js';
import type { TenantFields } from './tenant.entity.js';

export enum TenantStatus {
  ACTIVE = 'active',
  SUSPENDED = 'suspended',
}

registerEnumType(TenantStatus, {
  name: 'TenantStatus',
  description: 'The status of a tenant.',
  valuesConfig: {
    ACTIVE: { description: 'The tenant is in normal use.' },
    SUSPENDED: {
      description: 'Service accounts in the tenant cannot be created or changed, and get no access tokens.',
    },
  },
});

@ObjectType('Tenant', {
  description: 'A tenant: a customer, a department or an environment with its own service accounts.',
})
export class TenantType {
  @Field(() => ID, {
    description:
      'The ID of the tenant, a UUID. To act in the tenant, send this ID in the `x-tenantid` request header.',
  })
  id!: string;

  @Field(() => String, { description: 'The name of the tenant. Several tenants can have the same name.' })
  name!: string;

  @Field(() => TenantStatus, { description: 'The status of the tenant: active or suspended.' })
  status!: TenantStatus;

  @Field(() => Int, { description: 'The maximum number of service accounts in the tenant.' })
  serviceAccountLimit!: number;

  @Field(() => Int, {
    description: 'The number of service accounts in the tenant, excluding deleted accounts.',
  })
  serviceAccountCount!: number;

  @Field(() => Int, {
    description: 'The number of service accounts that can still be created in the tenant.',
  })
  remaining!: number;

  @Field(() => Int, {
    nullable: true,
    description:
      'The maximum age of a secret in days. An older secret remains valid, but is reported as overdue for rotation. Null if secrets never become overdue.',
  })
  secretMaxAgeDays!: number | null;

  @Field(() => Int, {
    nullable: true,
    description:
      'The maximum lifetime of new access tokens in seconds. The `tokenLifetimeSeconds` of an account, and `TOKEN_LIFETIME` in the configuration of the gateway, can exceed it: when an access token is issued, the smaller value applies. Null if the tenant has no maximum.',
  })
  maxTokenLifetimeSeconds!: number | null;

  @Field(() => Date, { description: 'The time when the tenant was created.' })
  createdAt!: Date;

  /** If undefined, the field's resolver reads them (external-ids/external-ids.ts). */
  externalIds?: TenantExternalIdType[];
}

export function toTenantType(tenant: TenantFields): TenantType {
  const { id, name, status, serviceAccountLimit, serviceAccountCount, createdAt } = tenant;
  return {
    id,
    name,
    status: status as TenantStatus,
    serviceAccountLimit,
    serviceAccountCount,
    remaining: Math.max(0, serviceAccountLimit - serviceAccountCount),
    secretMaxAgeDays: tenant.secretMaxAgeDays ?? null,
    maxTokenLifetimeSeconds: tenant.maxTokenLifetimeSeconds ?? null,
    createdAt,
  };
}
