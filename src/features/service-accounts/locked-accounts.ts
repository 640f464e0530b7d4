import { LockMode } from '@mikro-orm/core';
import type { EntityManager } from '@mikro-orm/postgresql';
import { type Context, tenantIdOf } from '../../platform/context.js';
import type { KeyedLimiter } from '../../platform/database/keyed-limiter.js';
import { run } from '../../platform/database/sql.js';
import { AppError } from '../../platform/errors.js';
import { Tenant } from '../tenants/tenant.entity.js';
import { tenantNotFoundError } from '../tenants/tenant.rules.js';
import { ServiceAccount } from './service-account.entity.js';
import { accountDeletedError, accountNotFoundError } from './service-account.errors.js';

/**
 * Accounts whose rows are locked in a transaction. They are not in the unit of work of MikroORM, which therefore writes
 * none of them.
 */
export interface LockedAccounts {
  em: EntityManager;
  /** The requested accounts that exist in the tenant, by ID. */
  accounts: ReadonlyMap<string, ServiceAccount>;
  tenant: Tenant;
  /**
   * The time at which the rows were locked. The changes of one account therefore have times in the order of their
   * locks.
   */
  at: Date;
}

/** One account whose row is locked. */
export type LockedAccount = Omit<LockedAccounts, 'accounts'> & { account: ServiceAccount };

/**
 * Runs work on accounts of the request's tenant in a transaction that locks the rows of the accounts. Changes of the
 * same account therefore run one after the other. Every transaction locks accounts in the order of their IDs, and then
 * the tenant's row, so that no deadlock occurs.
 * @param tenantLimiter the limiter for work that also locks the tenant's row; the work waits there before it takes a
 *   connection
 * @throws AppError NOT_FOUND for the tenant, TENANT_SUSPENDED, or the error that the work throws
 */
export function withAccounts<T>(
  context: Context,
  ids: readonly string[],
  work: (locked: LockedAccounts) => Promise<T>,
  tenantLimiter?: KeyedLimiter,
): Promise<T> {
  const tenantId = tenantIdOf(context);
  const transact = (root: EntityManager) =>
    root.transactional(async (em) => {
      const rows = await em.find(
        ServiceAccount,
        { id: [...ids], tenant: tenantId },
        { lockMode: LockMode.PESSIMISTIC_WRITE, orderBy: { id: 'asc' }, disableIdentityMap: true },
      );
      const tenant = await em.findOne(Tenant, tenantId, { disableIdentityMap: true });
      if (!tenant) throw tenantNotFoundError();
      if (tenant.status === 'suspended') throw new AppError('TENANT_SUSPENDED');
      const accounts = new Map(rows.map((account) => [account.id, account]));
      return work({ em, accounts, tenant, at: new Date() });
    });
  return context.query((root) =>
    tenantLimiter ? tenantLimiter.run(tenantId, () => transact(root)) : transact(root),
  );
}

/**
 * Runs work on one account as `withAccounts` does.
 * @throws AppError as `withAccounts` does, and NOT_FOUND for the account
 */
export const withAccount = <T>(
  context: Context,
  id: string,
  work: (locked: LockedAccount) => Promise<T>,
): Promise<T> =>
  withAccounts(context, [id], ({ accounts, ...locked }) =>
    work({ ...locked, account: requireFound(accounts.get(id)) }),
  );

/** Requires that the tenant has the account. @throws AppError NOT_FOUND */
export function requireFound(account: ServiceAccount | undefined): ServiceAccount {
  if (!account) throw accountNotFoundError();
  return account;
}

/** Requires that an account is not deleted. @throws AppError CONFLICT */
export function requireNotDeleted({ status }: ServiceAccount): void {
  if (status === 'deleted') throw accountDeletedError();
}

type Counts = Pick<Tenant, 'serviceAccountCount' | 'serviceAccountLimit'>;
const counts =
  'service_account_count as "serviceAccountCount", service_account_limit as "serviceAccountLimit"';

/** Locks the tenant's row and reads its limit and count again, because they may have changed before the lock. */
export async function lockCount({ em, tenant }: LockedAccounts): Promise<void> {
  const text = `select ${counts} from tenant where id = $1 for update`;
  Object.assign(tenant, ...(await run<Counts>(em, { text, values: [tenant.id] })));
}

/** Adds to the tenant's count of accounts. @param by the number to add; negative to subtract */
export async function raiseCount({ em, tenant }: LockedAccounts, by: number): Promise<void> {
  const text = `
    update tenant set service_account_count = service_account_count + $2 where id = $1 returning ${counts}`;
  Object.assign(tenant, ...(await run<Counts>(em, { text, values: [tenant.id, by] })));
}
