import { Arg, Ctx, Field, ID, InputType, Mutation, ObjectType, Resolver } from 'type-graphql';
import { z } from 'zod';
import type { Context } from '../../context.js';
import { checkInput } from '../../input-rules.js';
import { storedId } from '../../public-id.js';
import { fieldRules } from '../service-account.rules.js';
import { ServiceAccountType } from '../service-account.type.js';
import type { SecretMaker } from './new-secret.js';
import { ServiceAccountSecretType } from './service-account-secret.type.js';

@InputType('CreateServiceAccountSecretInput', { description: 'For which account, and for how long.' })
export class CreateServiceAccountSecretInput {
  @Field(() => ID, { description: 'The account.' })
  id!: string;

  @Field(() => Date, { nullable: true, description: 'When the secret ends by itself. In the future.' })
  expiresAt?: Date | null;
}

const rules = z.object({ expiresAt: fieldRules.expiresAt.nullish() });

@ObjectType('CreateServiceAccountSecretPayload', { description: 'The new secret.' })
export class CreateServiceAccountSecretPayload {
  @Field(() => ServiceAccountType, { description: 'The account.' })
  serviceAccount!: ServiceAccountType;

  @Field(() => ServiceAccountSecretType, { description: 'What is kept of the new secret.' })
  secret!: ServiceAccountSecretType;

  @Field(() => String, { description: 'The secret. It is shown here, this once, and cannot be read again.' })
  clientSecret!: string;
}

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
    @Arg('idempotencyKey', () => String, {
      nullable: true,
      description:
        'Makes retries safe: the same key and input get the first answer again, for 10 minutes. 16 to 255 characters.',
    })
    idempotencyKey: string | null,
    @Ctx() context: Context,
  ): Promise<CreateServiceAccountSecretPayload> {
    const expiresAt = input.expiresAt ?? null;
    return this.secrets.make(context, idempotencyKey, {
      action: 'service_account.create_secret',
      id: storedId('sa', input.id),
      asked: { expiresAt },
      expiresAt,
      check: () => checkInput(rules, input),
    });
  }
}
