import { Arg, Ctx, Field, InputType, Mutation, ObjectType, Resolver } from 'type-graphql';
import { z } from 'zod';
import type { Context } from '../../../platform/context.js';
import { idempotencyKeyOptions } from '../../../platform/idempotency/idempotent.js';
import { checkInput } from '../../../platform/input-rules.js';
import { accountFields } from '../fields.js';
import { AccountInput } from '../payloads.js';
import type { SecretIssuer } from './issue-secrets.js';
import { NewSecretPayload } from './service-account-secret.type.js';

@InputType('CreateServiceAccountSecretInput', { description: 'For which account, and for how long.' })
export class CreateServiceAccountSecretInput extends AccountInput {
  @Field(() => Date, { nullable: true, description: 'When the secret ends by itself. In the future.' })
  expiresAt?: Date | null;
}

const rules = z.object({ expiresAt: accountFields.expiresAt.rule.nullish() });

@ObjectType('CreateServiceAccountSecretPayload', { description: 'The new secret.' })
export class CreateServiceAccountSecretPayload extends NewSecretPayload {}

@Resolver()
export class CreateServiceAccountSecret {
  constructor(private readonly secrets: SecretIssuer) {}

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
    const { id, expiresAt = null } = input;
    return this.secrets.issue(context, idempotencyKey, id, {
      action: 'service_account.create_secret',
      input: { expiresAt },
      expiresAt,
      check: () => checkInput(rules, input),
    });
  }
}
