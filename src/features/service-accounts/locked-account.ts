import { LockMode } from '@mikro-orm/core';
import type { EntityManager } from '@mikro-orm/postgresql';
import { type Context, tenantIdOf } from '../../platform/context.js';
import type { Lanes } from '../../platform/database/lanes.js';
import { AppError } from '../../platform/errors.js';
import { Tenant } from '../tenants/tenant.entity.js';
import { noTenant } from '../tenants/tenant.errors.js';
import { ServiceAccount } from './service-account.entity.js';
import { isDeleted, noAccount } from './service-account.errors.js';

/** Accounts whose rows are locked, within a transaction. None of it is the unit of work's: it writes none of it. */
export interface LockedAccounts {
  em: EntityManager;
  /** Those that the tenant has of the ones asked for, by their ids. */
  accounts: ReadonlyMap<string, ServiceAccount>;
  tenant: Tenant;
  /** When the locks were had: changes of one account are told in their order. */
  at: Date;
}

/** One of them. */
export type Locked = Omit<LockedAccounts, 'accounts'> & { account: ServiceAccount };

/**
 * Runs work on accounts of the request's tenant in a transaction, with the accounts' rows locked: changes of one
 * account follow each other. All lock them in the order of their ids, so that nobody waits for who waits for them;
 * what takes the tenant's row, too, takes it after them.
 * @param ids as they are stored
 * @param tenantLanes for what takes the tenant's row, too: it waits there, once it is the caller's own turn
 * @throws AppError NOT_FOUND for the tenant, or TENANT_SUSPENDED, or what the work throws
 */
export function withAccounts<T>(
  context: Context,
  ids: readonly string[],
  work: (locked: LockedAccounts) => Promise<T>,
  tenantLanes?: Lanes,
): Promise<T> {
  const tenantId = tenantIdOf(context);
  const run = (root: EntityManager) =>
    root.transactional(async (em) => {
      const found = await em.find(
        ServiceAccount,
        { id: [...ids], tenant: tenantId },
        { lockMode: LockMode.PESSIMISTIC_WRITE, orderBy: { id: 'asc' }, disableIdentityMap: true },
      );
      const tenant = await em.findOne(Tenant, tenantId, { disableIdentityMap: true });
      if (!tenant) throw noTenant();
      if (tenant.status === 'suspended') throw new AppError('TENANT_SUSPENDED');
      const accounts = new Map(found.map((account) => [account.id, account]));
      return work({ em, accounts, tenant, at: new Date() });
    });
  return context.query((root) => (tenantLanes ? tenantLanes.run(tenantId, () => run(root)) : run(root)));
}

/** The same with one account. @throws AppError NOT_FOUND for the account, too */
export const withAccount = <T>(
  context: Context,
  id: string,
  work: (locked: Locked) => Promise<T>,
): Promise<T> =>
  withAccounts(context, [id], ({ accounts, ...locked }) =>
    work({ ...locked, account: requireFound(accounts.get(id)) }),
  );

/** @throws AppError NOT_FOUND for one that the tenant does not have */
export function requireFound(account: ServiceAccount | undefined): ServiceAccount {
  if (!account) throw noAccount();
  return account;
}

/** @throws AppError CONFLICT for a deleted account */
export function requireKept({ status }: ServiceAccount): void {
  if (status === 'deleted') throw isDeleted();
}
