import { LockMode } from '@mikro-orm/core';
import { Arg, Ctx, InputType, Mutation, ObjectType, Resolver } from 'type-graphql';
import { type Context, tenantIdOf } from '../../context.js';
import type { Lanes } from '../../database/lanes.js';
import { AppError } from '../../errors.js';
import { storedId } from '../../public-id.js';
import { AccountInput, AccountPayload } from '../account.payload.js';
import type { Locked } from '../locked-account.js';
import { changeAccount } from './change-account.js';

@InputType('RestoreServiceAccountInput', { description: 'Which account.' })
export class RestoreServiceAccountInput extends AccountInput {}

@ObjectType('RestoreServiceAccountPayload', { description: 'The account after the change.' })
export class RestoreServiceAccountPayload extends AccountPayload {}

@Resolver()
export class RestoreServiceAccount {
  constructor(private readonly tenantLanes: Lanes) {}

  @Mutation(() => RestoreServiceAccountPayload, {
    nullable: true,
    description:
      'Brings a deleted service account back, disabled and without a secret. For tenant_admin and super_admin.',
  })
  async restoreServiceAccount(
    @Arg('input', () => RestoreServiceAccountInput, { description: 'Which account.' })
    input: RestoreServiceAccountInput,
    @Ctx() context: Context,
  ): Promise<RestoreServiceAccountPayload> {
    const change = () =>
      changeAccount(context, storedId('sa', input.id), {
        action: 'service_account.restore',
        apply: bringBack,
      });
    const serviceAccount = await this.tenantLanes.run(tenantIdOf(context), change);
    return { serviceAccount };
  }
}

/** With the tenant's row locked the limit is exact, and who is refused is told the count that it is refused for. */
async function bringBack({ em, account, tenant }: Locked): Promise<void> {
  if (account.status !== 'deleted') {
    throw new AppError('CONFLICT', { message: 'The service account is not deleted' });
  }
  await em.refresh(tenant, { lockMode: LockMode.PESSIMISTIC_WRITE });
  const { serviceAccountLimit: limit, serviceAccountCount: count } = tenant;
  if (count >= limit) throw new AppError('LIMIT_REACHED', { details: { limit, count } });
  tenant.serviceAccountCount += 1;
  account.status = 'disabled';
  account.deletedAt = null;
}
