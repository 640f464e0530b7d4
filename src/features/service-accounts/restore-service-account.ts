import { Arg, Ctx, Field, InputType, Mutation, ObjectType, Resolver } from 'type-graphql';
import { z } from 'zod';
import { isPastRetention } from '../../platform/cleanup/retention.js';
import type { Context } from '../../platform/context.js';
import type { KeyedLimiter } from '../../platform/database/keyed-limiter.js';
import { AppError } from '../../platform/errors.js';
import { checkInput } from '../../platform/input-rules.js';
import { type Check, changeAccount } from './change-accounts.js';
import { accountFields } from './fields.js';
import { type LockedAccounts, lockCount, raiseCount } from './locked-accounts.js';
import { AccountInput, AccountPayload } from './payloads.js';
import { accountNotDeletedError, accountNotFoundError } from './service-account.errors.js';

@InputType('RestoreServiceAccountInput', {
  description: 'The input for restoring a deleted service account.',
})
export class RestoreServiceAccountInput extends AccountInput {
  @Field(() => String, {
    nullable: true,
    description:
      'A new name for the account, 1 to 100 characters. Needed if another account has taken the name in the meantime. If null or omitted, the account keeps its name.',
  })
  name?: string | null;
}

const { rule, normalize } = accountFields.name;
const rules = z.object({ name: rule.nullish() });

@ObjectType('RestoreServiceAccountPayload', {
  description: 'The result of restoring a deleted service account.',
})
export class RestoreServiceAccountPayload extends AccountPayload {}

@Resolver()
export class RestoreServiceAccount {
  constructor(private readonly tenantLimiter: KeyedLimiter) {}

  @Mutation(() => RestoreServiceAccountPayload, {
    nullable: true,
    description:
      'Restores a deleted service account. The restored account is disabled and has no valid secret and no public key. An account can be restored within 30 days of its deletion. Fails with `LIMIT_REACHED` if the tenant has reached its limit of service accounts. Requires the role `tenant_admin` or `super_admin`.',
  })
  async restoreServiceAccount(
    @Arg('input', () => RestoreServiceAccountInput, { description: 'The service account to restore.' })
    input: RestoreServiceAccountInput,
    @Ctx() context: Context,
  ): Promise<RestoreServiceAccountPayload> {
    checkInput(rules, input);
    const serviceAccount = await changeAccount(context, input.id, {
      action: 'service_account.restore',
      tenantLimiter: this.tenantLimiter,
      prepare: requireRoomForAccount,
      patch: () => ({
        status: 'disabled',
        deletedAt: null,
        ...(input.name != null && { name: normalize(input.name) }),
      }),
      afterwards: async (locked, { length }) => {
        await raiseCount(locked, length);
        return new Map();
      },
    });
    return { serviceAccount };
  }
}

/**
 * Locks the tenant's row, so that the limit is exact.
 * @returns the check that an account can be restored and that the tenant is below its limit
 */
async function requireRoomForAccount(locked: LockedAccounts): Promise<Check> {
  await lockCount(locked);
  const { serviceAccountLimit: limit, serviceAccountCount: count } = locked.tenant;
  return ({ status, deletedAt }) => {
    if (status !== 'deleted') throw accountNotDeletedError(status);
    // After the retention period, the cleanup can remove the row at any time.
    if (deletedAt && isPastRetention(deletedAt, locked.at)) throw accountNotFoundError();
    if (count >= limit) throw new AppError('LIMIT_REACHED', { details: { limit, count } });
  };
}
