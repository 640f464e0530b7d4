import { Arg, Ctx, Field, InputType, Int, Mutation, ObjectType, Resolver } from 'type-graphql';
import { z } from 'zod';
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

@InputType('SetServiceAccountPermissionsInput', { description: 'What an account is to be granted.' })
export class SetServiceAccountPermissionsInput extends AccountInput {
  @Field(() => [String], {
    description: 'All of its permissions, in the place of those that it has. An empty list grants nothing.',
  })
  permissions!: string[];

  @Field(() => Int, expectedVersionOptions)
  expectedVersion?: number | null;
}

@ObjectType('SetServiceAccountPermissionsPayload', { description: 'The account after the change.' })
export class SetServiceAccountPermissionsPayload extends AccountPayload {}

@InputType('SetServiceAccountsPermissionsInput', { description: 'What accounts are to be granted.' })
export class SetServiceAccountsPermissionsInput extends BulkInput {
  @Field(() => [String], {
    description:
      'All of the permissions of each, in the place of those that it has. An empty list grants nothing.',
  })
  permissions!: string[];
}

@ObjectType('SetServiceAccountsPermissionsPayload', { description: 'What came of the accounts.' })
export class SetServiceAccountsPermissionsPayload extends BulkPayload {}

const rules = z.object({ permissions: accountFields.permissions.rule });

@Resolver()
export class SetServiceAccountPermissions {
  @Mutation(() => SetServiceAccountPermissionsPayload, {
    nullable: true,
    description: 'Sets what a service account is granted. For tenant_admin and super_admin.',
  })
  async setServiceAccountPermissions(
    @Arg('input', () => SetServiceAccountPermissionsInput, { description: 'What to grant.' })
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
      'Sets what up to 100 service accounts are granted, as setServiceAccountPermissions does. One that fails does not stop the others. For tenant_admin and super_admin.',
  })
  async setServiceAccountsPermissions(
    @Arg('input', () => SetServiceAccountsPermissionsInput, { description: 'Which accounts, and what.' })
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
  prepare: (locked) => requireGrantable(locked, permissions, callerOf(context).roles.includes('super_admin')),
  patch: () => ({ permissions: permissions.toSorted() }),
});

/**
 * Requires that all permissions are in the catalogue.
 * @returns the check that the caller may grant those that an account does not have
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
