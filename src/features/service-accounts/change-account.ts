import { raw } from '@mikro-orm/core';
import type { AuditAction } from '../../platform/audit/actions.js';
import { differences, type Facts } from '../../platform/audit/differences.js';
import { recordChanges } from '../../platform/audit/record.js';
import type { Context } from '../../platform/context.js';
import type { Lanes } from '../../platform/database/lanes.js';
import { violatedConstraint } from '../../platform/database/unique-violation.js';
import { toTenantType } from '../tenants/tenant.type.js';
import { factsOf } from './facts.js';
import { type LockedAccounts, requireFound, withAccounts } from './locked-account.js';
import { isDone, type Outcome, onlyOne, outcomeOf } from './outcome.js';
import { ServiceAccount } from './service-account.entity.js';
import { isAtVersion, nameTaken } from './service-account.errors.js';
import type { ServiceAccountType } from './service-account.type.js';
import { toServiceAccountType } from './to-service-account-type.js';

/** What an account has to be for a change. @throws AppError about this account, and nothing of it is changed */
export type Requirement = (account: ServiceAccount) => void;

/** What is stored in an account, the same in each of a call. */
export type Patch = Partial<
  Pick<
    ServiceAccount,
    'name' | 'description' | 'owner' | 'labels' | 'permissions' | 'status' | 'expiresAt' | 'deletedAt'
  >
>;

export interface Change {
  action: AuditAction;
  /** For a change that takes the tenant's row, too. */
  tenantLanes?: Lanes;
  /** The version that the caller has seen. With another one nothing is changed, unless it is so already. */
  expectedVersion?: number | null;
  /** Looks at what all of them need. @throws AppError about the whole call */
  requires: (locked: LockedAccounts) => Requirement | Promise<Requirement>;
  /** Whether the tokens that the account has got by now are dead for good. */
  endsTokens?: boolean;
  /** @param at when it is changed */
  patch: (at: Date) => Patch;
  /** What else comes of it for those that were changed. @returns what else is to be recorded, by their ids */
  follow?: (locked: LockedAccounts, ids: string[]) => Promise<ReadonlyMap<string, Facts>>;
}

/**
 * Changes accounts in one transaction and in as many statements as it takes for one, and records what each was and
 * is. What changes nothing is no change: it is answered, and not recorded.
 * @param ids as they are stored, each once
 * @returns what came of each, in their order
 * @throws AppError about the whole call, and nothing has happened
 */
export async function changeAccounts(
  context: Context,
  ids: readonly string[],
  change: Change,
): Promise<Outcome<ServiceAccountType>[]> {
  const run = (locked: LockedAccounts) => changeLocked(context, locked, ids, change);
  try {
    return await withAccounts(context, ids, run, change.tenantLanes);
  } catch (error) {
    throw violatedConstraint(error) === 'service_account_name_unique' ? nameTaken() : error;
  }
}

/** The same with one account. @throws AppError for it, too */
export const changeAccount = async (context: Context, id: string, change: Change) =>
  onlyOne(await changeAccounts(context, [id], change));

async function changeLocked(
  context: Context,
  locked: LockedAccounts,
  ids: readonly string[],
  { action, expectedVersion, requires, endsTokens, patch, follow }: Change,
): Promise<Outcome<ServiceAccountType>[]> {
  const { em, accounts, tenant, at } = locked;
  const require = await requires(locked);
  const set = patch(at);
  const decisions = ids.map((id) =>
    outcomeOf(() => {
      const account = requireFound(accounts.get(id));
      require(account);
      const changed = differences(factsOf(account), factsOf({ ...account, ...set }));
      if (changed && expectedVersion != null && expectedVersion !== account.version) {
        throw isAtVersion(account.version);
      }
      return { account, changed };
    }),
  );
  const toChange = decisions.filter(isDone).filter(({ changed }) => changed);
  const changedIds = toChange.map(({ account }) => account.id);
  if (changedIds.length > 0) {
    const stored = {
      ...set,
      ...(endsTokens && { tokenGeneration: raw('token_generation + 1') }),
      updatedAt: at,
      version: raw('version + 1'),
    };
    await em.nativeUpdate(ServiceAccount, { id: changedIds }, stored);
    const more = await follow?.(locked, changedIds);
    const events = toChange.map(({ account, changed }) => ({
      target: `sa-${account.id}`,
      before: changed?.before,
      after: { ...changed?.after, ...more?.get(account.id) },
    }));
    await recordChanges(em, context, { action, tenantId: tenant.id, at }, events);
    for (const { account } of toChange) {
      Object.assign(account, set, { updatedAt: at, version: account.version + 1 });
    }
  }
  const shown = toTenantType(tenant);
  return decisions.map((decision) =>
    isDone(decision) ? toServiceAccountType(decision.account, shown) : decision,
  );
}
