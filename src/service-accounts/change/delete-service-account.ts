import { raw } from '@mikro-orm/core';
import { Arg, Ctx, InputType, Mutation, ObjectType, Resolver } from 'type-graphql';
import type { Context } from '../../context.js';
import type { Lanes } from '../../database/lanes.js';
import { storedId } from '../../public-id.js';
import { Tenant } from '../../tenants/tenant.entity.js';
import { AccountInput, AccountPayload } from '../account.payload.js';
import type { Locked } from '../locked-account.js';
import { endSecrets } from '../secrets/end-secrets.js';
import { changeAccount } from './change-account.js';

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
    const serviceAccount = await changeAccount(context, storedId('sa', input.id), {
      action: 'service_account.delete',
      tenantLanes: this.tenantLanes,
      apply: remove,
    });
    return { serviceAccount };
  }
}

/** Again, for who asks again: it is deleted already. */
async function remove({ em, account, tenant, at }: Locked) {
  if (account.status === 'deleted') return undefined;
  account.status = 'deleted';
  account.deletedAt = at;
  const revokedSecrets = await endSecrets(em, account.id);
  await em.nativeUpdate(Tenant, tenant.id, { serviceAccountCount: raw('service_account_count - 1') });
  await em.refresh(tenant);
  return { revokedSecrets };
}
