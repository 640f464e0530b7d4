import { LRUCache } from 'lru-cache';
import type { AuditAction } from '../audit/actions.js';
import { atMost } from '../cache-size.js';
import { AppError } from '../errors.js';
import type { Count } from './count.js';

export interface TenantBudgetSettings {
  /** The number of changes that a tenant may make in a window. 0 means no limit. */
  tenantChanges: number;
  /** The number of bytes by which a tenant's changes may enlarge the audit log in a window. 0 means no limit. */
  tenantAuditBytes: number;
}

/** The names of the limits in errors and in the metrics. */
export type BudgetPolicy = 'tenant_changes' | 'tenant_audit_bytes';

/** What a change takes from a budget. */
export interface Spending {
  /** The number of changed objects, each of which has an audit log entry. */
  changes: number;
  /** The size of these entries in the database. */
  bytes: number;
}

/**
 * The tenant whose budget a change takes from. Null for an operation across tenants, which only a super_admin may use.
 * Those operations share one budget, because they must work while a tenant has used up its budget: suspending a tenant
 * is one of them.
 */
export type Payer = string | null;

/**
 * The actions that only end access. They are never refused, so that nobody can keep a leaked secret or key valid by
 * using up the budget. Each of them needs something that another change has created or enabled, and that change
 * counted.
 */
const endingActions: ReadonlySet<AuditAction> = new Set<AuditAction>([
  'audience.delete',
  'service_account.delete',
  'service_account.disable',
  'service_account.remove_key',
  'service_account.remove_trust',
  'service_account.report_leaked_secret',
  'service_account.revoke_all_secrets',
  'service_account.revoke_secret',
  'tenant.delete',
  'tenant.suspend',
]);

/**
 * The budgets of changes. They bound how fast the audit log grows, because nobody can delete its entries. A budget that
 * was exceeded remains used up until the window ends.
 */
export interface TenantBudgets {
  /** Checks that the budget is not used up, without counting and without a query. @throws AppError RATE_LIMITED */
  requireBudget(payer: Payer, action: AuditAction): void;
  /** Counts entries before they are written. @throws AppError RATE_LIMITED if they do not fit into the budget */
  spend(payer: Payer, action: AuditAction, spending: Spending): Promise<void>;
  /**
   * Counts the entries of an operation on the accounts of all tenants. It may exceed the budget, which is then used up,
   * because an operation that can never fit would be impossible.
   */
  overspend(payer: Payer, spending: Spending): Promise<void>;
}

interface Budget {
  policy: BudgetPolicy;
  limit: number;
  unit: string;
  pointsOf(spending: Spending): number;
}

/**
 * Creates the budgets.
 * @param createCounter creates a counter that may be used within a transaction
 * @param onCount is called with each decision
 */
export function createTenantBudgets(
  settings: TenantBudgetSettings,
  createCounter: (name: string, limit: number) => Count,
  onCount: (policy: BudgetPolicy, exceeded: boolean) => void,
): TenantBudgets {
  const budgets = budgetsOf(settings)
    .filter(({ limit }) => limit > 0)
    .map((budget) => ({ ...budget, count: createCounter(budget.policy, budget.limit) }));
  /** The budgets that are used up, and when their windows end. */
  const usedUp = new LRUCache<string, { budget: Budget; until: number }>(atMost(10_000));

  /** @returns the budget that is exceeded */
  const count = async (payer: Payer, spending: Spending) => {
    const key = keyOf(payer);
    const decisions = await Promise.all(
      budgets.map(async (budget) => {
        // How far a change exceeds the limit does not matter, and the counter in the database is an integer.
        const points = Math.min(Math.ceil(budget.pointsOf(spending)), budget.limit + 1);
        const { exceeded, reset } = await budget.count(key, points);
        onCount(budget.policy, exceeded);
        return exceeded ? { budget, until: Date.now() + reset * 1000 } : undefined;
      }),
    );
    const exceeded = decisions.find(Boolean);
    if (exceeded) usedUp.set(key, exceeded);
    return exceeded;
  };
  return {
    requireBudget: (payer, action) => {
      const used = endingActions.has(action) ? undefined : usedUp.get(keyOf(payer));
      if (!used || Date.now() >= used.until) return;
      onCount(used.budget.policy, true);
      throw usedUpError(payer, used);
    },
    spend: async (payer, action, spending) => {
      if (endingActions.has(action)) return;
      const exceeded = await count(payer, spending);
      if (exceeded) throw usedUpError(payer, exceeded);
    },
    overspend: async (payer, spending) => {
      await count(payer, spending);
    },
  };
}

const budgetsOf = ({ tenantChanges, tenantAuditBytes }: TenantBudgetSettings): Budget[] => [
  { policy: 'tenant_changes', limit: tenantChanges, unit: 'changes', pointsOf: ({ changes }) => changes },
  {
    policy: 'tenant_audit_bytes',
    limit: tenantAuditBytes,
    unit: 'bytes of audit log entries',
    pointsOf: ({ bytes }) => bytes,
  },
];

const keyOf = (payer: Payer): string => payer ?? 'all';

function usedUpError(payer: Payer, { budget, until }: { budget: Budget; until: number }): AppError {
  const { policy, limit, unit } = budget;
  const retryAfter = Math.max(1, Math.ceil((until - Date.now()) / 1000));
  const who = payer === null ? 'The operations across tenants have' : 'The tenant has';
  return new AppError('RATE_LIMITED', {
    message: `${who} used up the limit of ${limit} ${unit} per minute. Retry after ${retryAfter} seconds.`,
    details: { limit: policy, quota: limit, retryAfter },
    headers: { 'retry-after': `${retryAfter}` },
  });
}
