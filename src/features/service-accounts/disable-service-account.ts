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
  revokesTokens: true,
};

@InputType('DisableServiceAccountInput', { description: 'The input for disabling a service account.' })
export class DisableServiceAccountInput extends AccountInput {}

@ObjectType('DisableServiceAccountPayload', { description: 'The result of disabling a service account.' })
export class DisableServiceAccountPayload extends AccountPayload {}

@InputType('DisableServiceAccountsInput', {
  description: 'The input for disabling several service accounts.',
})
export class DisableServiceAccountsInput extends BulkInput {}

@ObjectType('DisableServiceAccountsPayload', {
  description: 'The result of disabling several service accounts.',
})
export class DisableServiceAccountsPayload extends BulkPayload {}

@Resolver()
export class DisableServiceAccount {
  @Mutation(() => DisableServiceAccountPayload, {
    nullable: true,
    description:
      'Disables a service account. It gets no access tokens until it is enabled again. Token introspection reports its existing access tokens as inactive. Requires the role `tenant_admin` or `super_admin`.',
  })
  async disableServiceAccount(
    @Arg('input', () => DisableServiceAccountInput, { description: 'The service account to disable.' })
    { id }: DisableServiceAccountInput,
    @Ctx() context: Context,
  ): Promise<DisableServiceAccountPayload> {
    return { serviceAccount: await changeAccount(context, id, disable) };
  }

  @Mutation(() => DisableServiceAccountsPayload, {
    nullable: true,
    description:
      'Disables up to 100 service accounts. They get no access tokens until they are enabled again. Token introspection reports their existing access tokens as inactive. If the operation fails for one account, the others are not affected. The response contains a result for each account. Requires the role `tenant_admin` or `super_admin`.',
  })
  async disableServiceAccounts(
    @Arg('input', () => DisableServiceAccountsInput, { description: 'The service accounts to disable.' })
    input: DisableServiceAccountsInput,
    @Ctx() context: Context,
  ): Promise<DisableServiceAccountsPayload> {
    checkBulkInput(input);
    return toBulkPayload(input.ids, await changeAccounts(context, input.ids, disable));
  }
}
