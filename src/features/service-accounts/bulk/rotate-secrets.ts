import { Arg, Ctx, Extensions, Field, InputType, Int, Mutation, ObjectType, Resolver } from 'type-graphql';
import type { Context } from '../../../platform/context.js';
import { idempotencyKeyOptions } from '../../../platform/idempotency/argument.js';
import { isDone } from '../outcome.js';
import type { SecretMaker } from '../secrets/new-secret.js';
import { overlapOptions, rotating } from '../secrets/rotating.js';
import { ServiceAccountSecretType } from '../secrets/service-account-secret.type.js';
import { BulkInput, mostAtOnce, storedIds } from './bulk.input.js';
import { BulkResult, toErrorType } from './bulk-result.type.js';

@InputType('RotateServiceAccountSecretsInput', { description: 'Which accounts, and how.' })
export class RotateServiceAccountSecretsInput extends BulkInput {
  @Field(() => Int, overlapOptions)
  overlapSeconds?: number | null;
}

@ObjectType('RotateServiceAccountSecretResult', { description: 'What came of one of the accounts.' })
export class RotateServiceAccountSecretResult extends BulkResult {
  @Field(() => ServiceAccountSecretType, {
    nullable: true,
    description: 'What is kept of the new secret. Null when there is none.',
  })
  secret!: ServiceAccountSecretType | null;

  @Field(() => String, {
    nullable: true,
    description:
      'The new secret. It is shown here, this once, and cannot be read again. Null when there is none.',
  })
  clientSecret!: string | null;
}

@ObjectType('RotateServiceAccountSecretsPayload', { description: 'What came of the accounts.' })
export class RotateServiceAccountSecretsPayload {
  @Extensions({ size: mostAtOnce })
  @Field(() => [RotateServiceAccountSecretResult], {
    description: 'What came of each, in the order of `ids`.',
  })
  results!: RotateServiceAccountSecretResult[];
}

@Resolver()
export class RotateServiceAccountSecrets {
  constructor(private readonly secrets: SecretMaker) {}

  @Mutation(() => RotateServiceAccountSecretsPayload, {
    nullable: true,
    description:
      'Makes new secrets for up to 100 service accounts, as rotateServiceAccountSecret does. One that fails does not stop the others. For tenant_admin and super_admin.',
  })
  async rotateServiceAccountSecrets(
    @Arg('input', () => RotateServiceAccountSecretsInput, { description: 'Which accounts, and how.' })
    input: RotateServiceAccountSecretsInput,
    @Arg('idempotencyKey', () => String, idempotencyKeyOptions)
    idempotencyKey: string | null,
    @Ctx() context: Context,
  ): Promise<RotateServiceAccountSecretsPayload> {
    const ids = storedIds(input);
    const outcomes = await this.secrets.makeEach(context, idempotencyKey, ids, rotating(input));
    const results = outcomes.map((outcome, index) => ({
      id: `sa-${ids[index]}`,
      ...(isDone(outcome) ? outcome : { serviceAccount: null, secret: null, clientSecret: null }),
      error: toErrorType(outcome),
    }));
    return { results };
  }
}
