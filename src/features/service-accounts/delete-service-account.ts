import { Arg, Ctx, InputType, Mutation, ObjectType, Resolver } from 'type-graphql';
import type { Context } from '../../platform/context.js';
import type { Lanes } from '../../platform/database/lanes.js';
import { storedId } from '../../platform/public-id.js';
import { AccountInput, AccountPayload } from './account.payload.js';
import { type Change, changeAccount } from './change-account.js';
import { raiseCount } from './raise-count.js';
import { endSecrets } from './secrets/end-secrets.js';

/** Again, for who asks again: it is deleted already. */
export const deleting = (tenantLanes: Lanes): Change => ({
  action: 'service_account.delete',
  tenantLanes,
  requires: () => () => undefined,
  endsTokens: true,
  patch: (at) => ({ status: 'deleted', deletedAt: at }),
  follow: async (locked, ids) => {
    const revoked = await endSecrets(locked.em, ids);
    await raiseCount(locked, -ids.length);
    return new Map(ids.map((id) => [id, { revokedSecrets: revoked.get(id) ?? [] }]));
  },
});

@InputType('DeleteServiceAccountInput', { description: 'Which account.' })
export class DeleteServiceAccountInput extends AccountInput {}

@ObjectType('DeleteServiceAccountPayload', { description: 'The account after the change.' })
export class DeleteServiceAccountPayload extends AccountPayload {}

@Resolver()
export class DeleteServiceAccount {
  constructor(private readonly tenantLanes: Lanes) {}

  @Mutation(() => DeleteServiceAccountPayload, {
    nullable: true,
    description:
      'Deletes a service account: its name and its place in the limit are free at once, and its secrets never let anyone in again. It can be restored for 30 days. For tenant_admin and super_admin.',
  })
  async deleteServiceAccount(
    @Arg('input', () => DeleteServiceAccountInput, { description: 'Which account.' })
    input: DeleteServiceAccountInput,
    @Ctx() context: Context,
  ): Promise<DeleteServiceAccountPayload> {
    const serviceAccount = await changeAccount(context, storedId('sa', input.id), deleting(this.tenantLanes));
    return { serviceAccount };
  }
}
