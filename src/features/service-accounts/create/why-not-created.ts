import type { Context } from '../../../platform/context.js';
import { AppError } from '../../../platform/errors.js';
import { tenantNotFoundError } from '../../tenants/tenant.rules.js';
import { findNameTaken } from '../namesake.js';
import { restrictedPermissionsError, unknownPermissionsError } from '../service-account.errors.js';
import type { NormalizedFields } from '../stored-fields.js';
import type { Findings } from './creation.js';

/**
 * Returns the reason why the statement created nothing. The order of the checks is that of the documented request.
 * Returns undefined if the statement found no reason, for example because the tenant changed while the statement waited
 * for its row.
 */
export async function whyNotCreated(
  findings: Findings,
  fields: NormalizedFields,
  context: Context,
): Promise<AppError | undefined> {
  const { foundStatus, limit, count } = findings;
  if (foundStatus === null) return tenantNotFoundError();
  if (foundStatus === 'suspended') return new AppError('TENANT_SUSPENDED');
  if (findings.unknownPermissions.length > 0) return unknownPermissionsError(findings.unknownPermissions);
  if (findings.restrictedPermissions.length > 0)
    return restrictedPermissionsError(findings.restrictedPermissions);
  if (findings.nameTaken) return findNameTaken(context, fields);
  if (count >= limit) return new AppError('LIMIT_REACHED', { details: { limit, count } });
  return undefined;
}
