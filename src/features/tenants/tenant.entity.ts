import { defineEntity, p } from '@mikro-orm/core';

/**
 * A customer. The row also has the exact count of its service accounts and the counter for automatic names, which
 * change in the statement that creates an account.
 */
const TenantSchema = defineEntity({
  name: 'Tenant',
  tableName: 'tenant',
  properties: {
    id: p.uuid().primary(),
    name: p.text(),
    status: p
      .enum(['active', 'suspended'])
      .$type<'active' | 'suspended'>()
      .onCreate(() => 'active'),
    serviceAccountLimit: p.integer(),
    serviceAccountCount: p.integer().onCreate(() => 0),
    /** The age in days from which secrets are overdue. Null if no secret is ever overdue. */
    secretMaxAgeDays: p.integer().nullable(),
    /** The second in the newest automatic name. */
    automaticNameSecond: p.datetime(0).nullable(),
    /** The number of automatic names with that second. */
    automaticNameNumber: p.integer().onCreate(() => 0),
    createdAt: p.datetime(3).onCreate(() => new Date()),
  },
});

export class Tenant extends TenantSchema.class {}
TenantSchema.setClass(Tenant);

/** The columns of a tenant (TenantFields), in a statement that calls the table `tenant`. */
export const tenantColumns = `
  tenant.id, tenant.name, tenant.status, tenant.service_account_limit as "serviceAccountLimit",
  tenant.service_account_count as "serviceAccountCount", tenant.secret_max_age_days as "secretMaxAgeDays",
  tenant.created_at as "createdAt"`;

export type TenantFields = Pick<
  Tenant,
  'id' | 'name' | 'status' | 'serviceAccountLimit' | 'serviceAccountCount' | 'secretMaxAgeDays' | 'createdAt'
>;
