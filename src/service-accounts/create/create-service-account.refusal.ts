import { AppError, invalidField } from '../../errors.js';
import type { Facts } from './create-service-account.sql.js';

/**
 * The reason why nothing was created. The order is part of the documented call.
 * @returns undefined when the statement saw no reason, since the tenant changed while it waited its turn
 */
export function refusal(facts: Facts): AppError | undefined {
  const { tenantStatus, unknownPermissions, restrictedPermissions, nameTaken, limit, count } = facts;
  if (tenantStatus === null) return new AppError('NOT_FOUND', { message: 'There is no such tenant' });
  if (tenantStatus === 'suspended') return new AppError('TENANT_SUSPENDED');
  if (unknownPermissions.length > 0) {
    return invalidField('permissions', `there is no permission ${unknownPermissions.join(', ')}`);
  }
  if (restrictedPermissions.length > 0) {
    return new AppError('FORBIDDEN', {
      message: `Only a super_admin may grant ${restrictedPermissions.join(', ')}`,
      details: { field: 'permissions' },
    });
  }
  if (nameTaken) {
    return new AppError('CONFLICT', {
      message: 'name: another service account of this tenant has it',
      details: { field: 'name' },
    });
  }
  if (count >= limit) return new AppError('LIMIT_REACHED', { details: { limit, count } });
  return undefined;
}
