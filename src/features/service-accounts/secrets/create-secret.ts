import { Arg, Ctx, Field, InputType, Mutation, ObjectType, Resolver } from 'type-graphql';
import { z } from 'zod';
import type { Context } from '../../../platform/context.js';
import { idempotencyKeyOptions } from '../../../platform/idempotency/idempotent.js';
import { checkInput } from '../../../platform/input-rules.js';
import { accountFields } from '../fields.js';
import { AccountInput } from '../payloads.js';
import type { SecretIssuer } from './issue-secrets.js';
import { NewSecretPayload } from './service-account-secret.type.js';

@InputType('CreateServiceAccountSecretInput', {
  description: 'The input for creating a secret for a service account.',
})
export class CreateServiceAccountSecretInput extends AccountInput {
  @Field(() => Date, {
    nullable: true,
    description:
      'The time when the secret expires. Must be in the future. If null or omitted, the secret does not expire.',
  })
  expiresAt?: Date | null;
}

const rules = z.object({ expiresAt: accountFields.expiresAt.rule.nullish() });

@ObjectType('CreateServiceAccountSecretPayload', {
  description: 'The result of creating a secret for a service account.',
})
export class CreateServiceAccountSecretPayload extends NewSecretPayload {}

@Resolver()
export class CreateServiceAccountSecret {
  constructor(private readonly secrets: SecretIssuer) {}

  @Mutation(() => CreateServiceAccountSecretPayload, {
    nullable: true,
    description:
      'Creates an additional secret for a service account. Existing secrets remain valid. Fails with `CONFLICT` if the account already has five valid secrets. Requires the role `tenant_admin` or `super_admin`.',
  })
  createServiceAccountSecret(
    @Arg('input', () => CreateServiceAccountSecretInput, {
      description: 'The service account, and the expiry of the secret.',
    })
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
