import { Field, ObjectType } from 'type-graphql';
import type { FirstAnswer } from '../../platform/idempotency/first-answer.sql.js';
import { toTenantType } from '../tenants/tenant.type.js';
import type { Created } from './create-service-account.sql.js';
import { ServiceAccountType } from './service-account.type.js';
import { toServiceAccountType } from './to-service-account-type.js';

@ObjectType('CreateServiceAccountPayload', { description: 'The new account and its first secret.' })
export class CreateServiceAccountPayload {
  @Field(() => ServiceAccountType, { description: 'The account as it was created.' })
  serviceAccount!: ServiceAccountType;

  @Field(() => String, { description: 'The secret. It is shown here, this once, and cannot be read again.' })
  clientSecret!: string;
}

export function toPayload(row: Created, clientSecret: string): CreateServiceAccountPayload {
  const tenant = toTenantType({
    id: row.tenantId,
    name: row.tenantName,
    status: 'active',
    serviceAccountLimit: row.tenantLimit,
    serviceAccountCount: row.tenantCount,
    secretMaxAgeDays: row.tenantSecretMaxAgeDays,
    createdAt: row.tenantCreatedAt,
  });
  return { serviceAccount: toServiceAccountType(row, tenant), clientSecret };
}

/** The same out of the row as JSON, in which dates are text. */
export function restorePayload(
  json: unknown,
  clientSecret: string,
  { tenantCreatedAt }: FirstAnswer,
): CreateServiceAccountPayload {
  const row = json as Created;
  const { createdAt, updatedAt, expiresAt } = row;
  const dates = {
    createdAt: new Date(createdAt),
    updatedAt: new Date(updatedAt),
    expiresAt: expiresAt && new Date(expiresAt),
  };
  return toPayload({ ...row, ...dates, tenantCreatedAt }, clientSecret);
}
