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

const disable: Change = {
  action: 'service_account.disable',
  prepare: () => requireNotDeleted,
  patch: () => ({ status: 'disabled' }),
  endsTokens: true,
};

@InputType('DisableServiceAccountInput', { description: 'Which account.' })
export class DisableServiceAccountInput extends AccountInput {}

@ObjectType('DisableServiceAccountPayload', { description: 'The account after the change.' })
export class DisableServiceAccountPayload extends AccountPayload {}

@InputType('DisableServiceAccountsInput', { description: 'Which accounts.' })
export class DisableServiceAccountsInput extends BulkInput {}

@ObjectType('DisableServiceAccountsPayload', { description: 'What came of the accounts.' })
export class DisableServiceAccountsPayload extends BulkPayload {}

@Resolver()
export class DisableServiceAccount {
  @Mutation(() => DisableServiceAccountPayload, {
    nullable: true,
    description:
      'Keeps a service account from signing in until it is enabled again. For tenant_admin and super_admin.',
  })
  async disableServiceAccount(
    @Arg('input', () => DisableServiceAccountInput, { description: 'Which account.' })
    { id }: DisableServiceAccountInput,
    @Ctx() context: Context,
  ): Promise<DisableServiceAccountPayload> {
    return { serviceAccount: await changeAccount(context, id, disable) };
  }

  @Mutation(() => DisableServiceAccountsPayload, {
    nullable: true,
    description:
      'Disables up to 100 service accounts, as disableServiceAccount does. One that fails does not stop the others. For tenant_admin and super_admin.',
  })
  async disableServiceAccounts(
    @Arg('input', () => DisableServiceAccountsInput, { description: 'Which accounts.' })
    input: DisableServiceAccountsInput,
    @Ctx() context: Context,
  ): Promise<DisableServiceAccountsPayload> {
    checkBulkInput(input);
    return toBulkPayload(input.ids, await changeAccounts(context, input.ids, disable));
  }
}
