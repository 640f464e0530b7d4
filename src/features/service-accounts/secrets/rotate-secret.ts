import { Arg, Ctx, Field, InputType, Int, Mutation, ObjectType, Resolver } from 'type-graphql';
import type { Context } from '../../../platform/context.js';
import { idempotencyKeyOptions } from '../../../platform/idempotency/argument.js';
import { storedId } from '../../../platform/public-id.js';
import { AccountInput } from '../account.payload.js';
import type { SecretMaker } from './new-secret.js';
import { NewSecretPayload } from './new-secret.payload.js';
import { overlapOptions, rotating } from './rotating.js';

@InputType('RotateServiceAccountSecretInput', { description: 'Which account, and how.' })
export class RotateServiceAccountSecretInput extends AccountInput {
  @Field(() => Int, overlapOptions)
  overlapSeconds?: number | null;
}

@ObjectType('RotateServiceAccountSecretPayload', { description: 'The new secret.' })
export class RotateServiceAccountSecretPayload extends NewSecretPayload {}

@Resolver()
export class RotateServiceAccountSecret {
  constructor(private readonly secrets: SecretMaker) {}

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
    const id = storedId('sa', input.id);
    return this.secrets.make(context, idempotencyKey, id, rotating(input));
  }
}
