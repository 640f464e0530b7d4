import type { Facts } from '../../platform/audit/differences.js';
import type { ServiceAccount } from './service-account.entity.js';

/** What the audit trail tells of an account. */
export const factsOf = ({
  name,
  description,
  owner,
  labels,
  permissions,
  status,
  expiresAt,
}: Pick<
  ServiceAccount,
  'name' | 'description' | 'owner' | 'labels' | 'permissions' | 'status' | 'expiresAt'
>): Facts => ({
  name,
  description: description ?? null,
  owner: owner ?? null,
  labels,
  permissions,
  status,
  expiresAt: expiresAt?.toISOString() ?? null,
});
