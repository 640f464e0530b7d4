import { type Context, tenantIdOf } from '../../platform/context.js';
import { toTenantType } from '../tenants/tenant.type.js';
import { ServiceAccount } from './service-account.entity.js';
import { noAccount } from './service-account.errors.js';
import type { ServiceAccountType } from './service-account.type.js';
import { toServiceAccountType } from './to-service-account-type.js';

/**
 * One account of the request's tenant, deleted or not.
 * @throws AppError NOT_FOUND
 */
export async function findAccount(
  context: Context,
  by: { id: string } | { clientId: string },
): Promise<ServiceAccountType> {
  const where = { ...by, tenant: tenantIdOf(context) };
  const account = await context.query((em) => em.findOne(ServiceAccount, where, { populate: ['tenant'] }));
  if (!account) throw noAccount();
  return toServiceAccountType(account, toTenantType(account.tenant));
}
