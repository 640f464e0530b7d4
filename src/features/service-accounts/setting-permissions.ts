import { type Context, callerOf } from '../../platform/context.js';
import { Permission } from '../permissions/permission.entity.js';
import type { Change, Requirement } from './change-account.js';
import { type LockedAccounts, requireKept } from './locked-account.js';
import { restrictedPermissions, unknownPermissions } from './service-account.errors.js';

/** The change that sets what accounts are granted. @param permissions all of them */
export const settingPermissions = (context: Context, permissions: string[]): Change => ({
  action: 'service_account.set_permissions',
  requires: (locked) =>
    requireGrantable(locked, permissions, callerOf(context).roles.includes('super_admin')),
  patch: () => ({ permissions: permissions.toSorted() }),
});

/** What an account has already is not granted anew. @throws AppError BAD_USER_INPUT for what is not in the catalogue */
async function requireGrantable(
  { em }: LockedAccounts,
  permissions: string[],
  mayGrantRestricted: boolean,
): Promise<Requirement> {
  const known = await em.find(Permission, { name: permissions }, { disableIdentityMap: true });
  const unknown = permissions.filter((permission) => !known.some(({ name }) => name === permission));
  if (unknown.length > 0) throw unknownPermissions(unknown);
  const restricted = known.filter(({ restricted }) => restricted && !mayGrantRestricted);
  return (account) => {
    requireKept(account);
    const added = restricted.map(({ name }) => name).filter((name) => !account.permissions.includes(name));
    if (added.length > 0) throw restrictedPermissions(added);
  };
}
