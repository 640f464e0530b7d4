import { LockMode } from '@mikro-orm/core';
import type { EntityManager } from '@mikro-orm/postgresql';
import { type Context, tenantIdOf } from '../context.js';
import type { Lanes } from '../database/lanes.js';
import { AppError } from '../errors.js';
import { Tenant } from '../tenants/tenant.entity.js';
import { ServiceAccount } from './service-account.entity.js';
import { isDeleted, noAccount } from './service-account.errors.js';

/** An account whose row is locked, within a transaction. */
export interface Locked {
  em: EntityManager;
  account: ServiceAccount;
  tenant: Tenant;
  /** When the lock was had: changes of one account are told in their order. */
  at: Date;
}

/**
 * Runs work on an account of the request's tenant in a transaction, with the account's row locked: changes of one
 * account follow each other. What takes the tenant's row, too, takes it second.
 * @param id as it is stored
 * @param tenantLanes for what takes the tenant's row, too: it waits there, once it is the caller's own turn
 * @throws AppError NOT_FOUND or TENANT_SUSPENDED, or what the work throws
 */
export function withAccount<T>(
  context: Context,
  id: string,
  work: (locked: Locked) => Promise<T>,
  tenantLanes?: Lanes,
): Promise<T> {
  const tenantId = tenantIdOf(context);
  const run = (root: EntityManager) =>
    root.transactional(async (em) => {
      const lock = { lockMode: LockMode.PESSIMISTIC_WRITE };
      const account = await em.findOne(ServiceAccount, { id, tenant: tenantId }, lock);
      if (!account) throw noAccount();
      const tenant = await em.findOneOrFail(Tenant, tenantId);
      if (tenant.status === 'suspended') throw new AppError('TENANT_SUSPENDED');
      return work({ em, account, tenant, at: new Date() });
    });
  return context.query((root) => (tenantLanes ? tenantLanes.run(tenantId, () => run(root)) : run(root)));
}

/** @throws AppError CONFLICT for a deleted account */
export function requireKept({ account }: Locked): void {
  if (account.status === 'deleted') throw isDeleted();
}
