import { raw } from '@mikro-orm/core';
import type { AuditAction } from '../../platform/audit/actions.js';
import { differences, type Snapshot } from '../../platform/audit/differences.js';
import { recordChanges } from '../../platform/audit/insert-events.js';
import type { Context } from '../../platform/context.js';
import { violatedConstraint } from '../../platform/database/database-errors.js';
import type { KeyedLimiter } from '../../platform/database/keyed-limiter.js';
import { publicId } from '../../platform/ids.js';
import { toTenantType } from '../tenants/tenant.type.js';
import { type LockedAccounts, requireFound, withAccounts } from './locked-accounts.js';
import { findNameTaken } from './namesake.js';
import { isDone, type Outcome, onlyOutcome, outcomeOf } from './outcome.js';
import { ServiceAccount } from './service-account.entity.js';
import { versionConflictError } from './service-account.errors.js';
import { type ServiceAccountType, toServiceAccountType } from './service-account.type.js';
import { auditedPart, snapshotOf } from './stored-fields.js';

/** Checks one account. @throws AppError about this account, which is then not changed */
export type Check = (account: ServiceAccount) => void;

/** A change of accounts. Its steps run in the order in which they are declared. */
export interface Change {
  action: AuditAction;
  /** The limiter for a change that also locks the tenant's row. */
  tenantLimiter?: KeyedLimiter;
  /** Returns the check of each account. @throws AppError about the operation as a whole */
  prepare: (locked: LockedAccounts) => Check | Promise<Check>;
  /** Returns the values to store. @param at the time of the change */
  patch: (at: Date) => Partial<ServiceAccount>;
  /** The version that the caller read. An account with another version is rejected, unless it needs no change. */
  expectedVersion?: number | null;
  /** Whether the change revokes all access tokens of the account. */
  revokesTokens?: boolean;
  /** Runs after the accounts are stored. @returns details to add to the audit log entries, by account ID */
  afterwards?: (locked: LockedAccounts, changedIds: string[]) => Promise<ReadonlyMap<string, Snapshot>>;
}

/**
 * Changes accounts in one transaction, with as many statements as for one account. Records an audit log entry for each
 * changed account. An account that needs no change is in the result, but is not recorded.
 * @param ids without duplicates
 * @returns the outcomes in the order of the IDs
 * @throws AppError about the operation as a whole, which then changes nothing
 */
export async function changeAccounts(
  context: Context,
  ids: readonly string[],
  change: Change,
): Promise<Outcome<ServiceAccountType>[]> {
  const work = (locked: LockedAccounts) => changeLocked(context, locked, ids, change);
  try {
    return await withAccounts(context, ids, work, change.tenantLimiter);
  } catch (error) {
    if (violatedConstraint(error) !== 'service_account_name_unique') throw error;
    throw await findNameTaken(context, { id: ids[0] ?? null, name: change.patch(new Date()).name });
  }
}

/** Changes one account. @throws AppError about the operation as a whole or about the account */
export const changeAccount = async (context: Context, id: string, change: Change) =>
  onlyOutcome(await changeAccounts(context, [id], change));

async function changeLocked(
  context: Context,
  locked: LockedAccounts,
  ids: readonly string[],
  change: Change,
): Promise<Outcome<ServiceAccountType>[]> {
  const { accounts, tenant, at } = locked;
  const check = await change.prepare(locked);
  const patch = change.patch(at);
  const decisions = ids.map((id) =>
    outcomeOf(() => {
      const account = requireFound(accounts.get(id));
      check(account);
      const changed = differences(snapshotOf(account), snapshotOf({ ...account, ...patch }));
      if (changed) requireVersion(account, change.expectedVersion);
      return { account, changed };
    }),
  );
  const toChange = decisions.filter(isDone).filter(({ changed }) => changed);
  if (toChange.length > 0) await store(context, locked, change, patch, toChange);
  const shown = toTenantType(tenant);
  return decisions.map((decision) =>
    isDone(decision) ? toServiceAccountType(decision.account, shown) : decision,
  );
}

function requireVersion({ version }: ServiceAccount, expected: number | null | undefined): void {
  if (expected != null && expected !== version) throw versionConflictError(version);
}

async function store(
  context: Context,
  locked: LockedAccounts,
  { action, revokesTokens, afterwards }: Change,
  patch: Partial<ServiceAccount>,
  toChange: { account: ServiceAccount; changed: ReturnType<typeof differences> }[],
): Promise<void> {
  const { em, tenant, at } = locked;
  const ids = toChange.map(({ account }) => account.id);
  const values = {
    ...patch,
    ...(revokesTokens && { tokenGeneration: raw('token_generation + 1') }),
    updatedAt: at,
    version: raw('version + 1'),
  };
  await em.nativeUpdate(ServiceAccount, { id: ids }, values as never);
  const more = await afterwards?.(locked, ids);
  const events = toChange.map(({ account: { id }, changed }) => ({
    target: publicId('ServiceAccount', id),
    before: changed && auditedPart(changed.before),
    after: { ...(changed && auditedPart(changed.after)), ...more?.get(id) },
  }));
  await recordChanges(em, context, { action, tenantId: tenant.id, at }, events);
  for (const { account } of toChange) {
    Object.assign(account, patch, { updatedAt: at, version: account.version + 1 });
  }
}
