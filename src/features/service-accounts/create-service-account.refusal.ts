import { AppError } from '../../platform/errors.js';
import { noTenant } from '../tenants/tenant.errors.js';
import type { Facts } from './create-service-account.sql.js';
import { nameTaken, restrictedPermissions, unknownPermissions } from './service-account.errors.js';

/**
 * The reason why nothing was created. The order is part of the documented call.
 * @returns undefined when the statement saw no reason, since the tenant changed while it waited its turn
 */
export function refusal(facts: Facts): AppError | undefined {
  const { tenantStatus, limit, count } = facts;
  if (tenantStatus === null) return noTenant();
  if (tenantStatus === 'suspended') return new AppError('TENANT_SUSPENDED');
  if (facts.unknownPermissions.length > 0) return unknownPermissions(facts.unknownPermissions);
  if (facts.restrictedPermissions.length > 0) return restrictedPermissions(facts.restrictedPermissions);
  if (facts.nameTaken) return nameTaken();
  if (count >= limit) return new AppError('LIMIT_REACHED', { details: { limit, count } });
  return undefined;
}
