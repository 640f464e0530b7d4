import { Arg, Ctx, InputType, Mutation, ObjectType, Resolver } from 'type-graphql';
import type { Context } from '../../platform/context.js';
import { storedId } from '../../platform/public-id.js';
import { AccountInput, AccountPayload } from './account.payload.js';
import { type Change, changeAccount } from './change-account.js';
import { requireKept } from './locked-account.js';

export const disabling: Change = {
  action: 'service_account.disable',
  requires: () => requireKept,
  endsTokens: true,
  patch: () => ({ status: 'disabled' }),
};

@InputType('DisableServiceAccountInput', { description: 'Which account.' })
export class DisableServiceAccountInput extends AccountInput {}

@ObjectType('DisableServiceAccountPayload', { description: 'The account after the change.' })
export class DisableServiceAccountPayload extends AccountPayload {}

@Resolver()
export class DisableServiceAccount {
  @Mutation(() => DisableServiceAccountPayload, {
    nullable: true,
    description:
      'Keeps a service account from signing in until it is enabled again. For tenant_admin and super_admin.',
  })
  async disableServiceAccount(
    @Arg('input', () => DisableServiceAccountInput, { description: 'Which account.' })
    input: DisableServiceAccountInput,
    @Ctx() context: Context,
  ): Promise<DisableServiceAccountPayload> {
    const serviceAccount = await changeAccount(context, storedId('sa', input.id), disabling);
    return { serviceAccount };
  }
}
