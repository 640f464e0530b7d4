import { Arg, Ctx, Field, InputType, Int, Mutation, ObjectType, Resolver } from 'type-graphql';
import { z } from 'zod';
import type { Context } from '../../platform/context.js';
import { checkInput } from '../../platform/input-rules.js';
import { storedId } from '../../platform/public-id.js';
import { AccountInput, AccountPayload } from './account.payload.js';
import { changeAccount } from './change-account.js';
import { fieldRules } from './service-account.rules.js';
import { settingPermissions } from './setting-permissions.js';

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
    const { permissions, expectedVersion } = input;
    const serviceAccount = await changeAccount(context, id, {
      ...settingPermissions(context, permissions),
      expectedVersion,
    });
    return { serviceAccount };
  }
}
