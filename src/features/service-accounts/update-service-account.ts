import { Arg, Ctx, Field, ID, InputType, Int, Mutation, ObjectType, Resolver } from 'type-graphql';
import type { Context } from '../../platform/context.js';
import { checkInput } from '../../platform/input-rules.js';
import { NodeId } from '../../platform/node.type.js';
import { changeAccount } from './change-accounts.js';
import { inputFields } from './graphql-fields.js';
import { requireNotDeleted } from './locked-accounts.js';
import { AccountPayload, expectedVersionOptions } from './payloads.js';
import type { ServiceAccount } from './service-account.entity.js';
import { normalisePatch, rulesOf, toStored } from './stored-fields.js';

@InputType('UpdateServiceAccountInput', {
  description: 'What to change. What is left out stays as it is; null empties it.',
})
export class UpdateServiceAccountInput extends inputFields('update') {
  @NodeId('ServiceAccount')
  @Field(() => ID, { description: 'The account.' })
  id!: string;

  @Field(() => Int, expectedVersionOptions)
  expectedVersion?: number | null;
}

const rules = rulesOf('update');

@ObjectType('UpdateServiceAccountPayload', { description: 'The account after the change.' })
export class UpdateServiceAccountPayload extends AccountPayload {}

@Resolver()
export class UpdateServiceAccount {
  @Mutation(() => UpdateServiceAccountPayload, {
    nullable: true,
    description:
      'Changes what describes a service account, and when it expires. For tenant_admin and super_admin.',
  })
  async updateServiceAccount(
    @Arg('input', () => UpdateServiceAccountInput, { description: 'What to change.' })
    input: UpdateServiceAccountInput,
    @Ctx() context: Context,
  ): Promise<UpdateServiceAccountPayload> {
    checkInput(rules, input);
    const serviceAccount = await changeAccount(context, input.id, {
      action: 'service_account.update',
      prepare: () => requireNotDeleted,
      patch: () => toStored(normalisePatch(input)) as Partial<ServiceAccount>,
      expectedVersion: input.expectedVersion,
    });
    return { serviceAccount };
  }
}
