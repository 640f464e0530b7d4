import { isDeepStrictEqual } from 'node:util';
import { LockMode } from '@mikro-orm/core';
import type { EntityManager } from '@mikro-orm/postgresql';
import type { AuditAction } from '../../audit/audit-event.entity.js';
import { recordChange } from '../../audit/record.js';
import { type Context, tenantIdOf } from '../../context.js';
import { violatedConstraint } from '../../database/unique-violation.js';
import { AppError } from '../../errors.js';
import { Tenant } from '../../tenants/tenant.entity.js';
import { toTenantType } from '../../tenants/tenant.type.js';
import { ServiceAccount } from '../service-account.entity.js';
import { isAtVersion, isDeleted, nameTaken, noAccount } from '../service-account.errors.js';
import type { ServiceAccountType } from '../service-account.type.js';
import { toServiceAccountType } from '../to-service-account-type.js';

/** An account whose row is locked, within a transaction. */
export interface Locked {
  em: EntityManager;
  account: ServiceAccount;
  tenant: Tenant;
  /** When the lock was had: changes of one account are told in their order. */
  at: Date;
}

export interface Change {
  action: AuditAction;
  /** The version that the caller has seen; with another one nothing is changed. */
  expectedVersion?: number | null;
  /** Changes the account as it is now. @throws AppError, and nothing has happened */
  apply: (locked: Locked) => Promise<void> | void;
}

/**
 * Runs work on an account of the request's tenant in a transaction, with the account's row locked: changes of one
 * account follow each other. What takes the tenant's row, too, takes it second.
 * @param id as it is stored
 * @throws AppError NOT_FOUND or TENANT_SUSPENDED, or what the work throws
 */
export function withAccount<T>(
  context: Context,
  id: string,
  work: (locked: Locked) => Promise<T>,
): Promise<T> {
  const tenantId = tenantIdOf(context);
  return context.query((root) =>
    root.transactional(async (em) => {
      const lock = { lockMode: LockMode.PESSIMISTIC_WRITE };
      const account = await em.findOne(ServiceAccount, { id, tenant: tenantId }, lock);
      if (!account) throw noAccount();
      const tenant = await em.findOneOrFail(Tenant, tenantId);
      if (tenant.status === 'suspended') throw new AppError('TENANT_SUSPENDED');
      return work({ em, account, tenant, at: new Date() });
    }),
  );
}

/**
 * Changes an account, and records what it was and is in the same transaction. What changes nothing is no change:
 * it is answered, and not recorded.
 */
export async function changeAccount(
  context: Context,
  id: string,
  { action, expectedVersion, apply }: Change,
): Promise<ServiceAccountType> {
  try {
    return await withAccount(context, id, async (locked) => {
      const { em, account, tenant, at } = locked;
      if (expectedVersion != null && expectedVersion !== account.version) throw isAtVersion(account.version);
      const before = factsOf(account);
      await apply(locked);
      const changed = differences(before, factsOf(account));
      if (changed) {
        account.updatedAt = at;
        recordChange(em, context, {
          action,
          tenantId: tenant.id,
          target: `sa-${account.id}`,
          at,
          ...changed,
        });
        await em.flush();
      }
      return toServiceAccountType(account, toTenantType(tenant));
    });
  } catch (error) {
    throw violatedConstraint(error) === 'service_account_name_unique' ? nameTaken() : error;
  }
}

/** @throws AppError CONFLICT for a deleted account */
export function requireKept({ account }: Locked): void {
  if (account.status === 'deleted') throw isDeleted();
}

type Facts = Record<string, unknown>;

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

/** @returns undefined when there are none */
function differences(before: Facts, after: Facts): { before: Facts; after: Facts } | undefined {
  const changed = Object.keys(after).filter((key) => !isDeepStrictEqual(before[key], after[key]));
  const pick = (facts: Facts) => Object.fromEntries(changed.map((key) => [key, facts[key]]));
  return changed.length > 0 ? { before: pick(before), after: pick(after) } : undefined;
}
