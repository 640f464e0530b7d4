import { isDeepStrictEqual } from 'node:util';
import type { ServiceAccount } from '../service-account.entity.js';

export type Facts = Record<string, unknown>;

/** What the audit trail tells of an account. */
export const factsOf = ({
  name,
  description,
  owner,
  labels,
  permissions,
  status,
  expiresAt,
}: Pick<
  ServiceAccount,
  'name' | 'description' | 'owner' | 'labels' | 'permissions' | 'status' | 'expiresAt'
>): Facts => ({
  name,
  description: description ?? null,
  owner: owner ?? null,
  labels,
  permissions,
  status,
  expiresAt: expiresAt?.toISOString() ?? null,
});

/** @returns undefined when there are none */
export function differences(before: Facts, after: Facts): { before: Facts; after: Facts } | undefined {
  const changed = Object.keys(after).filter((key) => !isDeepStrictEqual(before[key], after[key]));
  const pick = (facts: Facts) => Object.fromEntries(changed.map((key) => [key, facts[key]]));
  return changed.length > 0 ? { before: pick(before), after: pick(after) } : undefined;
}
