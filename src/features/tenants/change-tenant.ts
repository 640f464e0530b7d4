import { LockMode } from '@mikro-orm/core';
import type { EntityManager } from '@mikro-orm/postgresql';
import { Field, ID, InputType, ObjectType } from 'type-graphql';
import type { AuditAction } from '../../platform/audit/actions.js';
import { differences, type Snapshot } from '../../platform/audit/differences.js';
import { recordChange } from '../../platform/audit/insert-events.js';
import type { Context } from '../../platform/context.js';
import { Tenant } from './tenant.entity.js';
import { tenantNotFoundError, tenantUuid } from './tenant.rules.js';
import { TenantType, toTenantType } from './tenant.type.js';

@InputType()
export abstract class TenantInput {
  @Field(() => ID, { description: 'The ID of the tenant, a UUID.' })
  id!: string;
}

@ObjectType()
export abstract class TenantPayload {
  @Field(() => TenantType, { description: 'The tenant after the operation.' })
  tenant!: TenantType;
}

/** Values outside the tenant's row that a change has replaced. */
interface Replaced {
  before: Snapshot;
  after: Snapshot;
}

/**
 * The changes that count against the budget of the tenant. The other changes are those of a super_admin, which must work
 * while the tenant has used up its budget.
 */
const paidByTenant: readonly AuditAction[] = ['tenant.set_max_token_lifetime', 'tenant.set_secret_max_age'];

/**
 * Changes a tenant, suspended or not, and records the change in the same transaction. A change that has no effect is
 * not recorded. The tenant's row is locked, so requests that create service accounts in the tenant wait.
 * @param id the ID of the tenant, unchecked
 * @param apply changes the entity, and returns what it has changed outside the tenant's row
 * @throws AppError BAD_USER_INPUT or NOT_FOUND
 */
export async function changeTenant(
  context: Context,
  id: string,
  action: AuditAction,
  apply: (tenant: Tenant, em: EntityManager) => Promise<Replaced | undefined> | undefined,
): Promise<TenantType> {
  const tenantId = tenantUuid(id);
  const changed = await context.query((root) =>
    root.transactional(async (em) => {
      const tenant = await em.findOne(Tenant, tenantId, { lockMode: LockMode.PESSIMISTIC_WRITE });
      if (!tenant) throw tenantNotFoundError();
      const before = snapshot(tenant);
      const replaced = await apply(tenant, em);
      const change = differences(
        { ...before, ...replaced?.before },
        { ...snapshot(tenant), ...replaced?.after },
      );
      const payer = paidByTenant.includes(action) ? tenantId : null;
      if (change) await recordChange(em, context, { action, tenantId, payer, target: tenantId, ...change });
      await em.flush();
      return tenant;
    }),
  );
  return toTenantType(changed);
}

/** Returns the fields of a tenant's row that the audit log shows. */
const snapshot = (tenant: Tenant): Snapshot => ({
  name: tenant.name,
  status: tenant.status,
  serviceAccountLimit: tenant.serviceAccountLimit,
  secretMaxAgeDays: tenant.secretMaxAgeDays ?? null,
  maxTokenLifetimeSeconds: tenant.maxTokenLifetimeSeconds ?? null,
});
