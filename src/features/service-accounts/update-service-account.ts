import { Arg, Ctx, Field, InputType, Int, Mutation, ObjectType, Resolver } from 'type-graphql';
import { z } from 'zod';
import type { Context } from '../../platform/context.js';
import { checkInput } from '../../platform/input-rules.js';
import { storedId } from '../../platform/public-id.js';
import { AccountInput, AccountPayload } from './account.payload.js';
import { changeAccount, type Patch } from './change-account.js';
import { requireKept } from './locked-account.js';
import { fieldRules, LabelInput, normaliseName } from './service-account.rules.js';

@InputType('UpdateServiceAccountInput', {
  description: 'What to change. What is left out stays as it is; null empties it.',
})
export class UpdateServiceAccountInput extends AccountInput {
  @Field(() => String, { nullable: true, description: '1 to 100 characters. It cannot be emptied.' })
  name?: string | null;

  @Field(() => String, { nullable: true, description: 'What the account is for, up to 1000 characters.' })
  description?: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'The team or person that answers for it, up to 255 characters.',
  })
  owner?: string | null;

  @Field(() => [LabelInput], {
    nullable: true,
    description: 'All of the labels, in the place of those that are there. Up to 32, each key once.',
  })
  labels?: LabelInput[] | null;

  @Field(() => Date, {
    nullable: true,
    description: 'From when on the account cannot sign in. In the future; null for never.',
  })
  expiresAt?: Date | null;

  @Field(() => Int, {
    nullable: true,
    description: 'The version that you have seen. If it has another one by now, that is a CONFLICT.',
  })
  expectedVersion?: number | null;
}

const { name, description, owner, labels, expiresAt } = fieldRules;

const rules = z.object({
  name: name.optional(),
  description: description.nullish(),
  owner: owner.nullish(),
  labels: labels.nullish(),
  expiresAt: expiresAt.nullish(),
});

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
    const id = storedId('sa', input.id);
    checkInput(rules, input);
    const serviceAccount = await changeAccount(context, id, {
      action: 'service_account.update',
      expectedVersion: input.expectedVersion,
      requires: () => requireKept,
      patch: () => toPatch(input),
    });
    return { serviceAccount };
  }
}

const toPatch = ({ name, description, owner, expiresAt, labels }: UpdateServiceAccountInput): Patch => ({
  ...(name != null && { name: normaliseName(name) }),
  ...(description !== undefined && { description }),
  ...(owner !== undefined && { owner }),
  ...(expiresAt !== undefined && { expiresAt }),
  ...(labels !== undefined && {
    labels: Object.fromEntries((labels ?? []).map(({ key, value }) => [key, value])),
  }),
});
