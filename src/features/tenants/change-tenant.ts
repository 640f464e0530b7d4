import { LockMode } from '@mikro-orm/core';
import type { AuditAction } from '../../platform/audit/actions.js';
import { differences, type Facts } from '../../platform/audit/differences.js';
import { recordChange } from '../../platform/audit/record.js';
import type { Context } from '../../platform/context.js';
import { Tenant } from './tenant.entity.js';
import { noTenant } from './tenant.errors.js';
import { type TenantType, toTenantType } from './tenant.type.js';
import { storedTenantId } from './tenant-id.js';

/**
 * Changes any tenant, suspended or not, and records what it was and is in the same transaction. What changes nothing
 * is no change: it is answered, and not recorded. The tenant's row is locked, so that creates in it wait.
 * @param id as the caller gave it
 * @throws AppError BAD_USER_INPUT or NOT_FOUND
 */
export async function changeTenant(
  context: Context,
  id: string,
  action: AuditAction,
  apply: (tenant: Tenant) => void,
): Promise<TenantType> {
  const tenantId = storedTenantId(id);
  const changed = await context.query((root) =>
    root.transactional(async (em) => {
      const tenant = await em.findOne(Tenant, tenantId, { lockMode: LockMode.PESSIMISTIC_WRITE });
      if (!tenant) throw noTenant();
      const before = factsOf(tenant);
      apply(tenant);
      const change = differences(before, factsOf(tenant));
      if (change) await recordChange(em, context, { action, tenantId, target: tenantId, ...change });
      await em.flush();
      return tenant;
    }),
  );
  return toTenantType(changed);
}

/** What the audit trail tells of a tenant. */
const factsOf = ({ name, status, serviceAccountLimit, secretMaxAgeDays }: Tenant): Facts => ({
  name,
  status,
  serviceAccountLimit,
  secretMaxAgeDays: secretMaxAgeDays ?? null,
});
