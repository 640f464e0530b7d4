import { Arg, Ctx, Field, InputType, Mutation, ObjectType, Resolver } from 'type-graphql';
import { z } from 'zod';
import type { Context } from '../../../platform/context.js';
import { idempotencyKeyOptions } from '../../../platform/idempotency/argument.js';
import { checkInput } from '../../../platform/input-rules.js';
import { storedId } from '../../../platform/public-id.js';
import { AccountInput } from '../account.payload.js';
import { fieldRules } from '../service-account.rules.js';
import type { SecretMaker } from './new-secret.js';
import { NewSecretPayload } from './new-secret.payload.js';

@InputType('CreateServiceAccountSecretInput', { description: 'For which account, and for how long.' })
export class CreateServiceAccountSecretInput extends AccountInput {
  @Field(() => Date, { nullable: true, description: 'When the secret ends by itself. In the future.' })
  expiresAt?: Date | null;
}

const rules = z.object({ expiresAt: fieldRules.expiresAt.nullish() });

@ObjectType('CreateServiceAccountSecretPayload', { description: 'The new secret.' })
export class CreateServiceAccountSecretPayload extends NewSecretPayload {}

@Resolver()
export class CreateServiceAccountSecret {
  constructor(private readonly secrets: SecretMaker) {}

  @Mutation(() => CreateServiceAccountSecretPayload, {
    nullable: true,
    description:
      'Makes a secret beside those that there are; an account may have five. For tenant_admin and super_admin.',
  })
  createServiceAccountSecret(
    @Arg('input', () => CreateServiceAccountSecretInput, { description: 'For which account.' })
    input: CreateServiceAccountSecretInput,
    @Arg('idempotencyKey', () => String, idempotencyKeyOptions)
    idempotencyKey: string | null,
    @Ctx() context: Context,
  ): Promise<CreateServiceAccountSecretPayload> {
    const expiresAt = input.expiresAt ?? null;
    return this.secrets.make(context, idempotencyKey, storedId('sa', input.id), {
      action: 'service_account.create_secret',
      asked: { expiresAt },
      expiresAt,
      check: () => checkInput(rules, input),
    });
  }
}
