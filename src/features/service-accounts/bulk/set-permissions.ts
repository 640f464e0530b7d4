import { Arg, Ctx, Field, InputType, Mutation, ObjectType, Resolver } from 'type-graphql';
import { z } from 'zod';
import type { Context } from '../../../platform/context.js';
import { checkInput } from '../../../platform/input-rules.js';
import { changeAccounts } from '../change-account.js';
import { fieldRules } from '../service-account.rules.js';
import { settingPermissions } from '../setting-permissions.js';
import { BulkInput, storedIds } from './bulk.input.js';
import { BulkPayload, toBulkPayload } from './bulk-result.type.js';

@InputType('SetServiceAccountsPermissionsInput', { description: 'What accounts are to be granted.' })
export class SetServiceAccountsPermissionsInput extends BulkInput {
  @Field(() => [String], {
    description:
      'All of the permissions of each, in the place of those that it has. An empty list grants nothing.',
  })
  permissions!: string[];
}

const rules = z.object({ permissions: fieldRules.permissions });

@ObjectType('SetServiceAccountsPermissionsPayload', { description: 'What came of the accounts.' })
export class SetServiceAccountsPermissionsPayload extends BulkPayload {}

@Resolver()
export class SetServiceAccountsPermissions {
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
    const ids = storedIds(input);
    checkInput(rules, input);
    const change = settingPermissions(context, input.permissions);
    return toBulkPayload(ids, await changeAccounts(context, ids, change));
  }
}
