import type { EntityManager } from '@mikro-orm/postgresql';
import { Arg, Ctx, Field, InputType, Int, Mutation, ObjectType, Resolver } from 'type-graphql';
import { z } from 'zod';
import { type Context, callerOf } from '../../context.js';
import { checkInput } from '../../input-rules.js';
import { Permission } from '../../permissions/permission.entity.js';
import { storedId } from '../../public-id.js';
import { AccountInput, AccountPayload } from '../account.payload.js';
import { requireKept } from '../locked-account.js';
import { restrictedPermissions, unknownPermissions } from '../service-account.errors.js';
import { fieldRules } from '../service-account.rules.js';
import { changeAccount } from './change-account.js';

@InputType('SetServiceAccountPermissionsInput', { description: 'What an account is to be granted.' })
export class SetServiceAccountPermissionsInput extends AccountInput {
  @Field(() => [String], {
    description: 'All of its permissions, in the place of those that it has. An empty list grants nothing.',
  })
  permissions!: string[];

  @Field(() => Int, {
    nullable: true,
    description: 'The version that you have seen. If it has another one by now, that is a CONFLICT.',
  })
  expectedVersion?: number | null;
}

const rules = z.object({ permissions: fieldRules.permissions });

@ObjectType('SetServiceAccountPermissionsPayload', { description: 'The account after the change.' })
export class SetServiceAccountPermissionsPayload extends AccountPayload {}

@Resolver()
export class SetServiceAccountPermissions {
  @Mutation(() => SetServiceAccountPermissionsPayload, {
    nullable: true,
    description: 'Sets what a service account is granted. For tenant_admin and super_admin.',
  })
  async setServiceAccountPermissions(
    @Arg('input', () => SetServiceAccountPermissionsInput, { description: 'What to grant.' })
    input: SetServiceAccountPermissionsInput,
    @Ctx() context: Context,
  ): Promise<SetServiceAccountPermissionsPayload> {
    const id = storedId('sa', input.id);
    checkInput(rules, input);
    const mayGrantRestricted = callerOf(context).roles.includes('super_admin');
    const serviceAccount = await changeAccount(context, id, {
      action: 'service_account.set_permissions',
      expectedVersion: input.expectedVersion,
      apply: async (locked) => {
        requireKept(locked);
        const { em, account } = locked;
        const added = input.permissions.filter((permission) => !account.permissions.includes(permission));
        await requireGrantable(em, input.permissions, mayGrantRestricted ? [] : added);
        account.permissions = input.permissions.toSorted();
        return undefined;
      },
    });
    return { serviceAccount };
  }
}

/**
 * @param added those that must not be restricted: what an account has already is not granted anew
 * @throws AppError BAD_USER_INPUT or FORBIDDEN
 */
async function requireGrantable(em: EntityManager, permissions: string[], added: string[]): Promise<void> {
  const known = await em.find(Permission, { name: permissions });
  const unknown = permissions.filter((permission) => !known.some(({ name }) => name === permission));
  if (unknown.length > 0) throw unknownPermissions(unknown);
  const restricted = known.filter(({ name, restricted }) => restricted && added.includes(name));
  if (restricted.length > 0) throw restrictedPermissions(restricted.map(({ name }) => name));
}
