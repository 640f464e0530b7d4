/** The fields of a tenant (TenantFields) in a statement that calls the table `tenant`. */
export const tenantColumns = `
  tenant.id, tenant.name, tenant.status, tenant.service_account_limit as "serviceAccountLimit",
  tenant.service_account_count as "serviceAccountCount", tenant.secret_max_age_days as "secretMaxAgeDays",
  tenant.created_at as "createdAt"`;
