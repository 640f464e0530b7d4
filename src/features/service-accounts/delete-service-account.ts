import { Arg, Ctx, InputType, Mutation, ObjectType, Resolver } from 'type-graphql';
import type { Context } from '../../platform/context.js';
import type { KeyedLimiter } from '../../platform/database/keyed-limiter.js';
import { type Change, changeAccount, changeAccounts } from './change-accounts.js';
import { deleteKeysAndTrusts } from './delete-credentials.js';
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
 * Creates the change that deletes accounts. It succeeds for an account that is already deleted, so that a caller can
 * repeat the request.
 */
const deleteChange = (tenantLimiter: KeyedLimiter): Change => ({
  action: 'service_account.delete',
  tenantLimiter,
  prepare: () => () => undefined,
  patch: (at) => ({ status: 'deleted', deletedAt: at }),
  revokesTokens: true,
  afterwards: async (locked, ids) => {
    const revoked = await revokeSecrets(locked.em, ids);
    const deleted = await deleteKeysAndTrusts(locked.em, ids);
    await raiseCount(locked, -ids.length);
    return new Map(
      ids.map((id) => [
        id,
        {
          revokedSecrets: revoked.get(id) ?? [],
          removedKeys: deleted.get(id)?.keys ?? [],
          removedTrusts: deleted.get(id)?.trusts ?? [],
        },
      ]),
    );
  },
});

@InputType('DeleteServiceAccountInput', { description: 'The input for deleting a service account.' })
export class DeleteServiceAccountInput extends AccountInput {}

@ObjectType('DeleteServiceAccountPayload', { description: 'The result of deleting a service account.' })
export class DeleteServiceAccountPayload extends AccountPayload {}

@InputType('DeleteServiceAccountsInput', { description: 'The input for deleting several service accounts.' })
export class DeleteServiceAccountsInput extends BulkInput {}

@ObjectType('DeleteServiceAccountsPayload', {
  description: 'The result of deleting several service accounts.',
})
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
      'Deletes a service account. Its secrets are revoked and its public keys and trusts are removed permanently, and token introspection reports its access tokens as inactive. Its name can be used for another account immediately, and the account no longer counts toward the limit of the tenant. The account can be restored within 30 days. Requires the role `tenant_admin` or `super_admin`.',
  })
  async deleteServiceAccount(
    @Arg('input', () => DeleteServiceAccountInput, { description: 'The service account to delete.' })
    { id }: DeleteServiceAccountInput,
    @Ctx() context: Context,
  ): Promise<DeleteServiceAccountPayload> {
    return { serviceAccount: await changeAccount(context, id, this.change) };
  }

  @Mutation(() => DeleteServiceAccountsPayload, {
    nullable: true,
    description:
      'Deletes up to 100 service accounts. Their secrets are revoked and their public keys and trusts are removed permanently, and token introspection reports their access tokens as inactive. Their names can be used for other accounts immediately, and they no longer count toward the limit of the tenant. The accounts can be restored within 30 days. If the operation fails for one account, the others are not affected. The response contains a result for each account. Requires the role `tenant_admin` or `super_admin`.',
  })
  async deleteServiceAccounts(
    @Arg('input', () => DeleteServiceAccountsInput, { description: 'The service accounts to delete.' })
    input: DeleteServiceAccountsInput,
    @Ctx() context: Context,
  ): Promise<DeleteServiceAccountsPayload> {
    checkBulkInput(input);
    return toBulkPayload(input.ids, await changeAccounts(context, input.ids, this.change));
  }
}
