import type { TenantType } from '../tenants/tenant.type.js';
import type { ServiceAccount } from './service-account.entity.js';
import {
  ServiceAccountKind,
  type ServiceAccountStatus,
  type ServiceAccountType,
} from './service-account.type.js';

/** What is stored of an account, be it an entity or a row of a statement written by hand. */
export type ServiceAccountFields = Pick<
  ServiceAccount,
  | 'id'
  | 'name'
  | 'description'
  | 'owner'
  | 'labels'
  | 'clientId'
  | 'status'
  | 'permissions'
  | 'createdAt'
  | 'createdByRealm'
  | 'createdById'
  | 'createdByName'
  | 'createdByEmail'
  | 'updatedAt'
  | 'lastUsedAt'
  | 'expiresAt'
  | 'deletedAt'
  | 'version'
>;

export function toServiceAccountType(account: ServiceAccountFields, tenant: TenantType): ServiceAccountType {
  const { name, description, owner, labels, clientId, permissions, createdAt, updatedAt, version } = account;
  return {
    id: `sa-${account.id}`,
    name,
    description: description ?? null,
    owner: owner ?? null,
    labels: Object.keys(labels)
      .sort()
      .map((key) => ({ key, value: labels[key] ?? '' })),
    clientId,
    type: ServiceAccountKind.SERVICE_ACCOUNT,
    status: account.status as ServiceAccountStatus,
    permissions,
    createdAt,
    createdBy: {
      realm: account.createdByRealm,
      id: account.createdById,
      name: account.createdByName ?? null,
      email: account.createdByEmail ?? null,
    },
    updatedAt,
    lastUsedAt: account.lastUsedAt ?? null,
    expiresAt: account.expiresAt ?? null,
    deletedAt: account.deletedAt ?? null,
    expired: account.expiresAt != null && account.expiresAt <= new Date(),
    version,
    tenant,
  };
}
