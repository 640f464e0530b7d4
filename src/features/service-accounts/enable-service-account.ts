import { Arg, Ctx, InputType, Mutation, ObjectType, Resolver } from 'type-graphql';
import type { Context } from '../../platform/context.js';
import { storedId } from '../../platform/public-id.js';
import { AccountInput, AccountPayload } from './account.payload.js';
import { type Change, changeAccount } from './change-account.js';
import { requireKept } from './locked-account.js';

export const enabling: Change = {
  action: 'service_account.enable',
  requires: () => requireKept,
  patch: () => ({ status: 'active' }),
};

@InputType('EnableServiceAccountInput', { description: 'Which account.' })
export class EnableServiceAccountInput extends AccountInput {}

@ObjectType('EnableServiceAccountPayload', { description: 'The account after the change.' })
export class EnableServiceAccountPayload extends AccountPayload {}

@Resolver()
export class EnableServiceAccount {
  @Mutation(() => EnableServiceAccountPayload, {
    nullable: true,
    description: 'Lets a disabled service account sign in again. For tenant_admin and super_admin.',
  })
  async enableServiceAccount(
    @Arg('input', () => EnableServiceAccountInput, { description: 'Which account.' })
    input: EnableServiceAccountInput,
    @Ctx() context: Context,
  ): Promise<EnableServiceAccountPayload> {
    const serviceAccount = await changeAccount(context, storedId('sa', input.id), enabling);
    return { serviceAccount };
  }
}
