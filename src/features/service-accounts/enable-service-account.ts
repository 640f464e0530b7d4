import { Arg, Ctx, InputType, Mutation, ObjectType, Resolver } from 'type-graphql';
import type { Context } from '../../platform/context.js';
import { type Change, changeAccount, changeAccounts } from './change-accounts.js';
import { requireNotDeleted } from './locked-accounts.js';
import {
  AccountInput,
  AccountPayload,
  BulkInput,
  BulkPayload,
  checkBulkInput,
  toBulkPayload,
} from './payloads.js';

const enable: Change = {
  action: 'service_account.enable',
  prepare: () => requireNotDeleted,
  patch: () => ({ status: 'active' }),
};

@InputType('EnableServiceAccountInput', { description: 'Which account.' })
export class EnableServiceAccountInput extends AccountInput {}

@ObjectType('EnableServiceAccountPayload', { description: 'The account after the change.' })
export class EnableServiceAccountPayload extends AccountPayload {}

@InputType('EnableServiceAccountsInput', { description: 'Which accounts.' })
export class EnableServiceAccountsInput extends BulkInput {}

@ObjectType('EnableServiceAccountsPayload', { description: 'What came of the accounts.' })
export class EnableServiceAccountsPayload extends BulkPayload {}

@Resolver()
export class EnableServiceAccount {
  @Mutation(() => EnableServiceAccountPayload, {
    nullable: true,
    description: 'Lets a disabled service account sign in again. For tenant_admin and super_admin.',
  })
  async enableServiceAccount(
    @Arg('input', () => EnableServiceAccountInput, { description: 'Which account.' })
    { id }: EnableServiceAccountInput,
    @Ctx() context: Context,
  ): Promise<EnableServiceAccountPayload> {
    return { serviceAccount: await changeAccount(context, id, enable) };
  }

  @Mutation(() => EnableServiceAccountsPayload, {
    nullable: true,
    description:
      'Enables up to 100 service accounts, as enableServiceAccount does. One that fails does not stop the others. For tenant_admin and super_admin.',
  })
  async enableServiceAccounts(
    @Arg('input', () => EnableServiceAccountsInput, { description: 'Which accounts.' })
    input: EnableServiceAccountsInput,
    @Ctx() context: Context,
  ): Promise<EnableServiceAccountsPayload> {
    checkBulkInput(input);
    return toBulkPayload(input.ids, await changeAccounts(context, input.ids, enable));
  }
}
