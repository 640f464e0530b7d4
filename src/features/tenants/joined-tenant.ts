import type { Tenant } from './tenant.entity.js';
import { type TenantType, toTenantType } from './tenant.type.js';

/** The columns of a tenant in a row that also has the columns of a service account. */
export interface JoinedTenant {
  tenantId: string;
  tenantName: string;
  tenantStatus: Tenant['status'];
  tenantLimit: number;
  tenantCount: number;
  tenantSecretMaxAgeDays: number | null;
  tenantMaxTokenLifetimeSeconds: number | null;
  tenantCreatedAt: Date;
}

/**
 * Returns the SQL for these columns.
 * @param table the name of the tenant's table in the statement
 * @param count SQL for the number of its accounts
 */
export const joinedTenantColumns = (table: string, count = `${table}.service_account_count`): string => `
  ${table}.id as "tenantId", ${table}.name as "tenantName", ${table}.status as "tenantStatus",
  ${table}.service_account_limit as "tenantLimit", ${count} as "tenantCount",
  ${table}.secret_max_age_days as "tenantSecretMaxAgeDays",
  ${table}.max_token_lifetime_seconds as "tenantMaxTokenLifetimeSeconds", ${table}.created_at as "tenantCreatedAt"`;

/** Returns the tenant of such a row. */
export const tenantOf = (row: JoinedTenant): TenantType =>
  toTenantType({
    id: row.tenantId,
    name: row.tenantName,
    status: row.tenantStatus,
    serviceAccountLimit: row.tenantLimit,
    serviceAccountCount: row.tenantCount,
    secretMaxAgeDays: row.tenantSecretMaxAgeDays,
    maxTokenLifetimeSeconds: row.tenantMaxTokenLifetimeSeconds,
    createdAt: row.tenantCreatedAt,
  });
