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

@InputType('EnableServiceAccountInput', { description: 'The input for enabling a service account.' })
export class EnableServiceAccountInput extends AccountInput {}

@ObjectType('EnableServiceAccountPayload', { description: 'The result of enabling a service account.' })
export class EnableServiceAccountPayload extends AccountPayload {}

@InputType('EnableServiceAccountsInput', { description: 'The input for enabling several service accounts.' })
export class EnableServiceAccountsInput extends BulkInput {}

@ObjectType('EnableServiceAccountsPayload', {
  description: 'The result of enabling several service accounts.',
})
export class EnableServiceAccountsPayload extends BulkPayload {}

@Resolver()
export class EnableServiceAccount {
  @Mutation(() => EnableServiceAccountPayload, {
    nullable: true,
    description:
      'Enables a disabled service account. It can get access tokens again. Access tokens that were issued before it was disabled remain inactive. Requires the role `tenant_admin` or `super_admin`.',
  })
  async enableServiceAccount(
    @Arg('input', () => EnableServiceAccountInput, { description: 'The service account to enable.' })
    { id }: EnableServiceAccountInput,
    @Ctx() context: Context,
  ): Promise<EnableServiceAccountPayload> {
    return { serviceAccount: await changeAccount(context, id, enable) };
  }

  @Mutation(() => EnableServiceAccountsPayload, {
    nullable: true,
    description:
      'Enables up to 100 disabled service accounts. They can get access tokens again. Access tokens that were issued before they were disabled remain inactive. If the operation fails for one account, the others are not affected. The response contains a result for each account. Requires the role `tenant_admin` or `super_admin`.',
  })
  async enableServiceAccounts(
    @Arg('input', () => EnableServiceAccountsInput, { description: 'The service accounts to enable.' })
    input: EnableServiceAccountsInput,
    @Ctx() context: Context,
  ): Promise<EnableServiceAccountsPayload> {
    checkBulkInput(input);
    return toBulkPayload(input.ids, await changeAccounts(context, input.ids, enable));
  }
}
