/** The fields of an account (ServiceAccountFields) in a statement that calls the table `account`. */
export const accountColumns = `
  account.id, account.name, account.description, account.owner, account.labels, account.client_id as "clientId",
  account.status, account.permissions, account.created_at as "createdAt",
  account.created_by_realm as "createdByRealm", account.created_by_id as "createdById",
  account.created_by_name as "createdByName", account.created_by_email as "createdByEmail",
  account.updated_at as "updatedAt", account.last_used_at as "lastUsedAt", account.expires_at as "expiresAt",
  account.deleted_at as "deletedAt", account.version`;
