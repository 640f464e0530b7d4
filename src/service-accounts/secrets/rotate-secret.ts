import { Arg, Ctx, Field, InputType, Int, Mutation, ObjectType, Resolver } from 'type-graphql';
import { z } from 'zod';
import type { Context } from '../../context.js';
import { runStatement } from '../../database/statement.js';
import { idempotencyKeyOptions } from '../../idempotency/argument.js';
import { checkInput } from '../../input-rules.js';
import { storedId } from '../../public-id.js';
import { AccountInput } from '../account.payload.js';
import { isLive } from './live.sql.js';
import type { SecretMaker } from './new-secret.js';
import { NewSecretPayload } from './new-secret.payload.js';

const day = 24 * 60 * 60;

@InputType('RotateServiceAccountSecretInput', { description: 'Which account, and how.' })
export class RotateServiceAccountSecretInput extends AccountInput {
  @Field(() => Int, {
    nullable: true,
    description:
      'For how many seconds the other secrets go on, so that nothing fails meanwhile: 0 to 2592000, which is 30 days. Otherwise 86400, a day.',
  })
  overlapSeconds?: number | null;
}

const rules = z.object({
  overlapSeconds: z
    .number()
    .min(0, 'must be 0 or more')
    .max(30 * day, `must be at most ${30 * day}`)
    .nullish(),
});

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
    const overlapSeconds = input.overlapSeconds ?? day;
    return this.secrets.make(context, idempotencyKey, {
      action: 'service_account.rotate_secret',
      id,
      asked: { overlapSeconds },
      check: () => checkInput(rules, input),
      before: async ({ em }) => ({ ended: await runStatement(em, endOthers, [id, overlapSeconds]) }),
    });
  }
}

/** Answers with what it has ended, as the audit trail tells it. */
const endOthers = `
  update service_account_secret secret
  set expires_at = least(
    expires_at, date_trunc('milliseconds', statement_timestamp()) + make_interval(secs => $2))
  where service_account_id = $1 and ${isLive}
  returning 'secret-' || id as secret,
    to_char(expires_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as "expiresAt"`;
