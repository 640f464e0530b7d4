import { Arg, Ctx, InputType, Mutation, ObjectType, Resolver } from 'type-graphql';
import type { Context } from '../../platform/context.js';
import type { KeyedLimiter } from '../../platform/database/keyed-limiter.js';
import { type Change, changeAccount, changeAccounts } from './change-accounts.js';
import { raiseCount } from './locked-accounts.js';
import {
  AccountInput,
  AccountPayload,
  BulkInput,
  BulkPayload,
  checkBulkInput,
  toBulkPayload,
} from './payloads.js';
import { revokeSecrets } from './secrets/stored-secrets.js';

/**
 * Makes the change that deletes accounts. Deleting a deleted account succeeds, so that a caller may repeat the call.
 */
const deleteChange = (tenantLimiter: KeyedLimiter): Change => ({
  action: 'service_account.delete',
  tenantLimiter,
  prepare: () => () => undefined,
  patch: (at) => ({ status: 'deleted', deletedAt: at }),
  endsTokens: true,
  afterwards: async (locked, ids) => {
    const revoked = await revokeSecrets(locked.em, ids);
    await raiseCount(locked, -ids.length);
    return new Map(ids.map((id) => [id, { revokedSecrets: revoked.get(id) ?? [] }]));
  },
});

@InputType('DeleteServiceAccountInput', { description: 'Which account.' })
export class DeleteServiceAccountInput extends AccountInput {}

@ObjectType('DeleteServiceAccountPayload', { description: 'The account after the change.' })
export class DeleteServiceAccountPayload extends AccountPayload {}

@InputType('DeleteServiceAccountsInput', { description: 'Which accounts.' })
export class DeleteServiceAccountsInput extends BulkInput {}

@ObjectType('DeleteServiceAccountsPayload', { description: 'What came of the accounts.' })
export class DeleteServiceAccountsPayload extends BulkPayload {}

@Resolver()
export class DeleteServiceAccount {
  private readonly change: Change;

  constructor(tenantLimiter: KeyedLimiter) {
    this.change = deleteChange(tenantLimiter);
  }

  @Mutation(() => DeleteServiceAccountPayload, {
    nullable: true,
    description:
      'Deletes a service account: its name and its place in the limit are free at once, and its secrets never let anyone in again. It can be restored for 30 days. For tenant_admin and super_admin.',
  })
  async deleteServiceAccount(
    @Arg('input', () => DeleteServiceAccountInput, { description: 'Which account.' })
    { id }: DeleteServiceAccountInput,
    @Ctx() context: Context,
  ): Promise<DeleteServiceAccountPayload> {
    return { serviceAccount: await changeAccount(context, id, this.change) };
  }

  @Mutation(() => DeleteServiceAccountsPayload, {
    nullable: true,
    description:
      'Deletes up to 100 service accounts, as deleteServiceAccount does. One that fails does not stop the others. For tenant_admin and super_admin.',
  })
  async deleteServiceAccounts(
    @Arg('input', () => DeleteServiceAccountsInput, { description: 'Which accounts.' })
    input: DeleteServiceAccountsInput,
    @Ctx() context: Context,
  ): Promise<DeleteServiceAccountsPayload> {
    checkBulkInput(input);
    return toBulkPayload(input.ids, await changeAccounts(context, input.ids, this.change));
  }
}
