import { defineEntity, p } from '@mikro-orm/core';

/**
 * A customer. The row also has the exact number of its service accounts and the counter for automatic names. The
 * statement that creates an account updates both.
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
    /** The age in days at which secrets become overdue. Null if secrets never become overdue. */
    secretMaxAgeDays: p.integer().nullable(),
    /** The maximum lifetime of access tokens in seconds. Null if the tenant has no maximum. */
    maxTokenLifetimeSeconds: p.integer().nullable(),
    /** The time in the newest automatic name, to the second. */
    automaticNameSecond: p.datetime(0).nullable(),
    /** The number of the newest automatic name with that time. From 2 on, it is the suffix of the name. */
    automaticNameNumber: p.integer().onCreate(() => 0),
    createdAt: p.datetime(3).onCreate(() => new Date()),
  },
});

export class Tenant extends TenantSchema.class {}
TenantSchema.setClass(Tenant);

/** The columns of `TenantFields`. The statement must name the table `tenant`. */
export const tenantColumns = `
  tenant.id, tenant.name, tenant.status, tenant.service_account_limit as "serviceAccountLimit",
  tenant.service_account_count as "serviceAccountCount", tenant.secret_max_age_days as "secretMaxAgeDays",
  tenant.max_token_lifetime_seconds as "maxTokenLifetimeSeconds", tenant.created_at as "createdAt"`;

export type TenantFields = Pick<
  Tenant,
  | 'id'
  | 'name'
  | 'status'
  | 'serviceAccountLimit'
  | 'serviceAccountCount'
  | 'secretMaxAgeDays'
  | 'maxTokenLifetimeSeconds'
  | 'createdAt'
>;
