import type { AuditAction } from '../../audit/audit-event.entity.js';
import { differences, type Facts } from '../../audit/differences.js';
import { recordChange } from '../../audit/record.js';
import type { Context } from '../../context.js';
import type { Lanes } from '../../database/lanes.js';
import { violatedConstraint } from '../../database/unique-violation.js';
import { toTenantType } from '../../tenants/tenant.type.js';
import { type Locked, withAccount } from '../locked-account.js';
import type { ServiceAccount } from '../service-account.entity.js';
import { isAtVersion, nameTaken } from '../service-account.errors.js';
import type { ServiceAccountType } from '../service-account.type.js';
import { toServiceAccountType } from '../to-service-account-type.js';

export interface Change {
  action: AuditAction;
  /** For a change that takes the tenant's row, too. */
  tenantLanes?: Lanes;
  /** The version that the caller has seen. With another one nothing is changed, unless it is so already. */
  expectedVersion?: number | null;
  /**
   * Changes the account as it is now.
   * @returns what else is to be recorded
   * @throws AppError, and nothing has happened
   */
  apply: (locked: Locked) => Promise<Facts | undefined> | Facts | undefined;
}

/**
 * Changes an account, and records what it was and is in the same transaction. What changes nothing is no change:
 * it is answered, and not recorded.
 */
export async function changeAccount(
  context: Context,
  id: string,
  { action, tenantLanes, expectedVersion, apply }: Change,
): Promise<ServiceAccountType> {
  try {
    const run = async (locked: Locked) => {
      const { em, account, tenant, at } = locked;
      const { version } = account;
      const before = factsOf(account);
      const more = await apply(locked);
      const changed = differences(before, factsOf(account));
      if (changed) {
        if (expectedVersion != null && expectedVersion !== version) throw isAtVersion(version);
        account.updatedAt = at;
        recordChange(em, context, {
          action,
          tenantId: tenant.id,
          target: `sa-${account.id}`,
          at,
          before: changed.before,
          after: { ...changed.after, ...more },
        });
        await em.flush();
      }
      return toServiceAccountType(account, toTenantType(tenant));
    };
    return await withAccount(context, id, run, tenantLanes);
  } catch (error) {
    throw violatedConstraint(error) === 'service_account_name_unique' ? nameTaken() : error;
  }
}

/** What the audit trail tells of an account. */
const factsOf = ({
  name,
  description,
  owner,
  labels,
  permissions,
  status,
  expiresAt,
}: ServiceAccount): Facts => ({
  name,
  description: description ?? null,
  owner: owner ?? null,
  labels,
  permissions,
  status,
  expiresAt: expiresAt?.toISOString() ?? null,
});
