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
    'The overlap period in seconds, 0 to 2592000 (30 days). The other secrets of the account expire at the end of this period, or earlier if they have an earlier expiry. With 0, they are revoked immediately, and token introspection reports access tokens that were obtained with them as inactive. Defaults to 86400 (one day).',
};

@InputType('RotateServiceAccountSecretInput', {
  description: 'The input for rotating the secrets of a service account.',
})
export class RotateServiceAccountSecretInput extends AccountInput {
  @Field(() => Int, overlapOptions)
  overlapSeconds?: number | null;
}

@ObjectType('RotateServiceAccountSecretPayload', {
  description: 'The result of rotating the secrets of a service account.',
})
export class RotateServiceAccountSecretPayload extends NewSecretPayload {}

@InputType('RotateServiceAccountSecretsInput', {
  description: 'The input for rotating the secrets of several service accounts.',
})
export class RotateServiceAccountSecretsInput extends BulkInput {
  @Field(() => Int, overlapOptions)
  overlapSeconds?: number | null;
}

@ObjectType('RotateServiceAccountSecretResult', {
  description: 'The result of a bulk rotation for one service account.',
})
export class RotateServiceAccountSecretResult extends BulkResult {
  @Field(() => ServiceAccountSecretType, {
    nullable: true,
    description: 'The new secret, without its value. Null if the operation failed for this account.',
  })
  secret!: ServiceAccountSecretType | null;

  @Field(() => String, {
    nullable: true,
    description:
      'The client secret. Store it securely, because it cannot be retrieved later. Only a retry with the same idempotency key returns it again, within 10 minutes. Null if the operation failed for this account.',
  })
  clientSecret!: string | null;
}

@ObjectType('RotateServiceAccountSecretsPayload', {
  description: 'The result of rotating the secrets of several service accounts.',
})
export class RotateServiceAccountSecretsPayload {
  @Extensions({ size: maxAccounts })
  @Field(() => [RotateServiceAccountSecretResult], {
    description: 'The results, one for each service account, in the order of `ids`.',
  })
  results!: RotateServiceAccountSecretResult[];
}

@Resolver()
export class RotateServiceAccountSecret {
  constructor(private readonly secrets: SecretIssuer) {}

  @Mutation(() => RotateServiceAccountSecretPayload, {
    nullable: true,
    description:
      'Rotates the secrets of a service account. The account gets a new secret. Its other secrets expire at the end of the overlap period, or earlier if they have an earlier expiry. Fails with `CONFLICT` if the account already has five valid secrets, unless `overlapSeconds` is 0. Requires the role `tenant_admin` or `super_admin`.',
  })
  rotateServiceAccountSecret(
    @Arg('input', () => RotateServiceAccountSecretInput, {
      description: 'The service account, and the overlap period.',
    })
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
      'Rotates the secrets of up to 100 service accounts. Each account gets a new secret. Its other secrets expire at the end of the overlap period, or earlier if they have an earlier expiry. If the operation fails for one account, the others are not affected. The response contains a result for each account. Requires the role `tenant_admin` or `super_admin`.',
  })
  async rotateServiceAccountSecrets(
    @Arg('input', () => RotateServiceAccountSecretsInput, {
      description: 'The service accounts, and the overlap period.',
    })
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

const maxOverlapSeconds = 30 * daySeconds;
const notInRange = `must be a whole number from 0 to ${maxOverlapSeconds}`;

const rules = z.object({
  overlapSeconds: z.number().min(0, notInRange).max(maxOverlapSeconds, notInRange).nullish(),
});

/** Creates the request for a new secret. All other secrets expire at the end of the overlap period. */
function rotation(input: { overlapSeconds?: number | null }): SecretRequest {
  const overlapSeconds = input.overlapSeconds ?? daySeconds;
  return {
    action: 'service_account.rotate_secret',
    input: { overlapSeconds },
    overlapSeconds,
    check: () => checkInput(rules, input),
  };
}
