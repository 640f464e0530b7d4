import { Arg, Ctx, Field, InputType, Int, Mutation, ObjectType, Resolver } from 'type-graphql';
import { z } from 'zod';
import { isSuperAdmin } from '../../platform/auth/caller.js';
import { type Context, callerOf } from '../../platform/context.js';
import { checkInput } from '../../platform/input-rules.js';
import { Permission } from '../permissions/permission.entity.js';
import { type Change, type Check, changeAccount, changeAccounts } from './change-accounts.js';
import { accountFields } from './fields.js';
import { type LockedAccounts, requireNotDeleted } from './locked-accounts.js';
import {
  AccountInput,
  AccountPayload,
  BulkInput,
  BulkPayload,
  checkBulkInput,
  expectedVersionOptions,
  toBulkPayload,
} from './payloads.js';
import { restrictedPermissionsError, unknownPermissionsError } from './service-account.errors.js';

@InputType('SetServiceAccountPermissionsInput', {
  description: 'The input for setting the permissions of a service account.',
})
export class SetServiceAccountPermissionsInput extends AccountInput {
  @Field(() => [String], {
    description:
      'The names of the permissions to grant to the account, up to 100, such as `api:read`. They must exist in the permission catalog. They replace all permissions of the account. An empty list removes all permissions.',
  })
  permissions!: string[];

  @Field(() => Int, expectedVersionOptions)
  expectedVersion?: number | null;
}

@ObjectType('SetServiceAccountPermissionsPayload', {
  description: 'The result of setting the permissions of a service account.',
})
export class SetServiceAccountPermissionsPayload extends AccountPayload {}

@InputType('SetServiceAccountsPermissionsInput', {
  description: 'The input for setting the permissions of several service accounts.',
})
export class SetServiceAccountsPermissionsInput extends BulkInput {
  @Field(() => [String], {
    description:
      'The names of the permissions to grant to each account, up to 100, such as `api:read`. They must exist in the permission catalog. They replace all permissions of the account. An empty list removes all permissions.',
  })
  permissions!: string[];
}

@ObjectType('SetServiceAccountsPermissionsPayload', {
  description: 'The result of setting the permissions of several service accounts.',
})
export class SetServiceAccountsPermissionsPayload extends BulkPayload {}

const rules = z.object({ permissions: accountFields.permissions.rule });

@Resolver()
export class SetServiceAccountPermissions {
  @Mutation(() => SetServiceAccountPermissionsPayload, {
    nullable: true,
    description:
      'Replaces the permissions of a service account. Requires the role `tenant_admin` or `super_admin`. Adding a restricted permission requires the role `super_admin`.',
  })
  async setServiceAccountPermissions(
    @Arg('input', () => SetServiceAccountPermissionsInput, { description: 'The permissions to set.' })
    input: SetServiceAccountPermissionsInput,
    @Ctx() context: Context,
  ): Promise<SetServiceAccountPermissionsPayload> {
    checkInput(rules, input);
    const { id, permissions, expectedVersion } = input;
    const change = { ...setPermissions(context, permissions), expectedVersion };
    return { serviceAccount: await changeAccount(context, id, change) };
  }

  @Mutation(() => SetServiceAccountsPermissionsPayload, {
    nullable: true,
    description:
      'Replaces the permissions of up to 100 service accounts. All accounts get the same permissions. If the operation fails for one account, the others are not affected. The response contains a result for each account. Requires the role `tenant_admin` or `super_admin`. Adding a restricted permission requires the role `super_admin`.',
  })
  async setServiceAccountsPermissions(
    @Arg('input', () => SetServiceAccountsPermissionsInput, {
      description: 'The service accounts, and the permissions to set.',
    })
    input: SetServiceAccountsPermissionsInput,
    @Ctx() context: Context,
  ): Promise<SetServiceAccountsPermissionsPayload> {
    checkBulkInput(input);
    checkInput(rules, input);
    const change = setPermissions(context, input.permissions);
    return toBulkPayload(input.ids, await changeAccounts(context, input.ids, change));
  }
}

const setPermissions = (context: Context, permissions: string[]): Change => ({
  action: 'service_account.set_permissions',
  prepare: (locked) => requireGrantable(locked, permissions, isSuperAdmin(callerOf(context))),
  patch: () => ({ permissions: permissions.toSorted() }),
});

/**
 * Requires that all permissions are in the permission catalog.
 * @returns the check that an account is not deleted, and that the caller can grant the permissions that it does not
 *   have yet
 * @throws AppError BAD_USER_INPUT
 */
async function requireGrantable(
  { em }: LockedAccounts,
  permissions: string[],
  mayGrantRestricted: boolean,
): Promise<Check> {
  const entries = await em.find(Permission, { name: permissions }, { disableIdentityMap: true });
  const unknown = permissions.filter((permission) => !entries.some(({ name }) => name === permission));
  if (unknown.length > 0) throw unknownPermissionsError(unknown);
  const restricted = entries.filter(({ restricted }) => restricted && !mayGrantRestricted);
  return (account) => {
    requireNotDeleted(account);
    const added = restricted.map(({ name }) => name).filter((name) => !account.permissions.includes(name));
    if (added.length > 0) throw restrictedPermissionsError(added);
  };
}
