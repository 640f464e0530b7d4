import { Arg, Ctx, Field, ID, InputType, Int, Mutation, ObjectType, Resolver } from 'type-graphql';
import type { Context } from '../../platform/context.js';
import { checkInput } from '../../platform/input-rules.js';
import { NodeId } from '../../platform/node.type.js';
import { changeAccount } from './change-accounts.js';
import { inputFields } from './graphql-fields.js';
import { requireNotDeleted } from './locked-accounts.js';
import { AccountPayload, expectedVersionOptions } from './payloads.js';
import type { ServiceAccount } from './service-account.entity.js';
import { normalizePatch, rulesOf, toStored } from './stored-fields.js';

@InputType('UpdateServiceAccountInput', {
  description: 'The input for updating a service account. Omitted fields keep their values.',
})
export class UpdateServiceAccountInput extends inputFields('update') {
  @NodeId('ServiceAccount')
  @Field(() => ID, { description: 'The ID of the service account: `sa-` followed by a UUID.' })
  id!: string;

  @Field(() => Int, expectedVersionOptions)
  expectedVersion?: number | null;
}

const rules = rulesOf('update');

@ObjectType('UpdateServiceAccountPayload', { description: 'The result of updating a service account.' })
export class UpdateServiceAccountPayload extends AccountPayload {}

@Resolver()
export class UpdateServiceAccount {
  @Mutation(() => UpdateServiceAccountPayload, {
    nullable: true,
    description:
      'Updates a service account. The name, description, owner, contact, labels, expiry, token lifetime and IP allowlist can be changed. Requires the role `tenant_admin` or `super_admin`.',
  })
  async updateServiceAccount(
    @Arg('input', () => UpdateServiceAccountInput, { description: 'The fields to change.' })
    input: UpdateServiceAccountInput,
    @Ctx() context: Context,
  ): Promise<UpdateServiceAccountPayload> {
    checkInput(rules, input);
    const serviceAccount = await changeAccount(context, input.id, {
      action: 'service_account.update',
      prepare: () => requireNotDeleted,
      patch: () => toStored(normalizePatch(input)) as Partial<ServiceAccount>,
      expectedVersion: input.expectedVersion,
    });
    return { serviceAccount };
  }
}
