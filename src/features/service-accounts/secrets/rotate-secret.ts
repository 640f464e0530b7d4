import { Arg, Ctx, Extensions, Field, InputType, Int, Mutation, ObjectType, Resolver } from 'type-graphql';
import { z } from 'zod';
import type { Context } from '../../../platform/context.js';
import { idempotencyKeyOptions } from '../../../platform/idempotency/idempotent.js';
import { checkInput } from '../../../platform/input-rules.js';
import { isDone } from '../outcome.js';
import {
  AccountInput,
  BulkInput,
  BulkResult,
  checkBulkInput,
  maxAccounts,
  toErrorType,
} from '../payloads.js';
import type { SecretIssuer, SecretRequest } from './issue-secrets.js';
import { NewSecretPayload, ServiceAccountSecretType } from './service-account-secret.type.js';

const daySeconds = 24 * 60 * 60;

const overlapOptions = {
  nullable: true,
  description:
    'For how many seconds the other secrets go on, so that nothing fails meanwhile: 0 to 2592000, which is 30 days. Otherwise 86400, a day.',
};

@InputType('RotateServiceAccountSecretInput', { description: 'Which account, and how.' })
export class RotateServiceAccountSecretInput extends AccountInput {
  @Field(() => Int, overlapOptions)
  overlapSeconds?: number | null;
}

@ObjectType('RotateServiceAccountSecretPayload', { description: 'The new secret.' })
export class RotateServiceAccountSecretPayload extends NewSecretPayload {}

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
  @Extensions({ size: maxAccounts })
  @Field(() => [RotateServiceAccountSecretResult], {
    description: 'What came of each, in the order of `ids`.',
  })
  results!: RotateServiceAccountSecretResult[];
}

@Resolver()
export class RotateServiceAccountSecret {
  constructor(private readonly secrets: SecretIssuer) {}

  @Mutation(() => RotateServiceAccountSecretPayload, {
    nullable: true,
    description:
      'Makes a new secret, and ends all others when the overlap is over, or at their own end if that is earlier. For tenant_admin and super_admin.',
  })
  rotateServiceAccountSecret(
    @Arg('input', () => RotateServiceAccountSecretInput, { description: 'Which account, and how.' })
    input: RotateServiceAccountSecretInput,
    @Arg('idempotencyKey', () => String, idempotencyKeyOptions)
    idempotencyKey: string | null,
    @Ctx() context: Context,
  ): Promise<RotateServiceAccountSecretPayload> {
    return this.secrets.issue(context, idempotencyKey, input.id, rotation(input));
  }

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
    checkBulkInput(input);
    const { ids } = input;
    const outcomes = await this.secrets.issueEach(context, idempotencyKey, ids, rotation(input));
    const results = outcomes.map((outcome, index) => ({
      id: ids[index] ?? '',
      ...(isDone(outcome) ? outcome : { serviceAccount: null, secret: null, clientSecret: null }),
      error: toErrorType(outcome),
    }));
    return { results };
  }
}

const rules = z.object({
  overlapSeconds: z
    .number()
    .min(0, 'must be 0 or more')
    .max(30 * daySeconds, `must be at most ${30 * daySeconds}`)
    .nullish(),
});

/** Makes the request for a new secret that ends all others after an overlap. */
function rotation(input: { overlapSeconds?: number | null }): SecretRequest {
  const overlapSeconds = input.overlapSeconds ?? daySeconds;
  return {
    action: 'service_account.rotate_secret',
    input: { overlapSeconds },
    overlapSeconds,
    check: () => checkInput(rules, input),
  };
}
