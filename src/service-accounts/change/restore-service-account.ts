import { raw } from '@mikro-orm/core';
import { Arg, Ctx, InputType, Mutation, ObjectType, Resolver } from 'type-graphql';
import { type Context, tenantIdOf } from '../../context.js';
import type { Lanes } from '../../database/lanes.js';
import { AppError } from '../../errors.js';
import { storedId } from '../../public-id.js';
import { Tenant } from '../../tenants/tenant.entity.js';
import { AccountInput, AccountPayload } from './account.payload.js';
import { changeAccount, type Locked } from './change-account.js';

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

/** The place is taken by a conditional update, as when an account is created: the limit is exact. */
async function bringBack({ em, account, tenant }: Locked): Promise<void> {
  if (account.status !== 'deleted') {
    throw new AppError('CONFLICT', { message: 'The service account is not deleted' });
  }
  const hasPlace = { id: tenant.id, [raw('service_account_count')]: { $lt: raw('service_account_limit') } };
  const place = { serviceAccountCount: raw('service_account_count + 1') };
  const taken = await em.nativeUpdate(Tenant, hasPlace, place);
  await em.refresh(tenant);
  if (taken === 0) {
    const { serviceAccountLimit: limit, serviceAccountCount: count } = tenant;
    throw new AppError('LIMIT_REACHED', { details: { limit, count } });
  }
  account.status = 'disabled';
  account.deletedAt = null;
}
