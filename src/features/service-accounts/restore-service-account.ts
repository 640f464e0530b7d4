import { Arg, Ctx, Field, InputType, Mutation, ObjectType, Resolver } from 'type-graphql';
import { z } from 'zod';
import type { Context } from '../../platform/context.js';
import type { Lanes } from '../../platform/database/lanes.js';
import { AppError } from '../../platform/errors.js';
import { checkInput } from '../../platform/input-rules.js';
import { storedId } from '../../platform/public-id.js';
import { AccountInput, AccountPayload } from './account.payload.js';
import { changeAccount, type Requirement } from './change-account.js';
import { isOver } from './kept.js';
import type { LockedAccounts } from './locked-account.js';
import { lockCount, raiseCount } from './raise-count.js';
import { isNotDeleted, noAccount } from './service-account.errors.js';
import { fieldRules, normaliseName } from './service-account.rules.js';

@InputType('RestoreServiceAccountInput', { description: 'Which account, and under which name.' })
export class RestoreServiceAccountInput extends AccountInput {
  @Field(() => String, {
    nullable: true,
    description: 'Another name, where its own is taken by now. 1 to 100 characters.',
  })
  name?: string | null;
}

const rules = z.object({ name: fieldRules.name.nullish() });

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
    const id = storedId('sa', input.id);
    checkInput(rules, input);
    const serviceAccount = await changeAccount(context, id, {
      action: 'service_account.restore',
      tenantLanes: this.tenantLanes,
      requires: requireRoom,
      patch: () => ({
        status: 'disabled',
        deletedAt: null,
        ...(input.name != null && { name: normaliseName(input.name) }),
      }),
      follow: async (locked, { length }) => {
        await raiseCount(locked, length);
        return new Map();
      },
    });
    return { serviceAccount };
  }
}

/** With the tenant's row locked the limit is exact, and who is refused is told the count that it is refused for. */
async function requireRoom(locked: LockedAccounts): Promise<Requirement> {
  await lockCount(locked);
  const { serviceAccountLimit: limit, serviceAccountCount: count } = locked.tenant;
  return ({ status, deletedAt }) => {
    if (status !== 'deleted') throw isNotDeleted(status);
    // It is about to be removed (removal.ts).
    if (deletedAt && isOver(deletedAt, locked.at)) throw noAccount();
    if (count >= limit) throw new AppError('LIMIT_REACHED', { details: { limit, count } });
  };
}
