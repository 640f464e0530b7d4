import { Arg, Ctx, Field, ID, InputType, Mutation, ObjectType, Resolver } from 'type-graphql';
import { recordChange } from '../../../platform/audit/record.js';
import type { Context } from '../../../platform/context.js';
import { run } from '../../../platform/database/sql.js';
import { AppError } from '../../../platform/errors.js';
import { storedId } from '../../../platform/public-id.js';
import { toTenantType } from '../../tenants/tenant.type.js';
import { AccountInput, AccountPayload } from '../account.payload.js';
import { type Locked, requireKept, withAccount } from '../locked-account.js';
import { toServiceAccountType } from '../to-service-account-type.js';
import { isRevocable } from './live.sql.js';
import { ServiceAccountSecret } from './service-account-secret.entity.js';
import { ServiceAccountSecretType, toSecretType } from './service-account-secret.type.js';

@InputType('RevokeServiceAccountSecretInput', { description: 'Which secret.' })
export class RevokeServiceAccountSecretInput extends AccountInput {
  @Field(() => ID, { description: 'The secret: `secret-` and a UUID.' })
  secretId!: string;
}

@ObjectType('RevokeServiceAccountSecretPayload', { description: 'The secret that was revoked.' })
export class RevokeServiceAccountSecretPayload extends AccountPayload {
  @Field(() => ServiceAccountSecretType, { description: 'What is kept of the secret.' })
  secret!: ServiceAccountSecretType;
}

@Resolver()
export class RevokeServiceAccountSecret {
  @Mutation(() => RevokeServiceAccountSecretPayload, {
    nullable: true,
    description:
      'Ends a secret at once, for good, and makes the tokens that it got inactive. For tenant_admin and super_admin.',
  })
  async revokeServiceAccountSecret(
    @Arg('input', () => RevokeServiceAccountSecretInput, { description: 'Which secret.' })
    input: RevokeServiceAccountSecretInput,
    @Ctx() context: Context,
  ): Promise<RevokeServiceAccountSecretPayload> {
    const id = storedId('sa', input.id);
    const secretId = storedId('secret', input.secretId, 'secretId');
    return withAccount(context, id, async (locked) => {
      requireKept(locked.account);
      const secret = await revoke(locked, secretId, context);
      const serviceAccount = toServiceAccountType(locked.account, toTenantType(locked.tenant));
      return { serviceAccount, secret: toSecretType(secret, null) };
    });
  }
}

/** One that has ended is told as it is, but for one whose last tokens may live: they end. Whether it has, the database's clock says, as for all of them. */
async function revoke({ em, account, tenant, at }: Locked, id: string, context: Context) {
  const revoked = await run(em, {
    text: `update service_account_secret secret set revoked_at = statement_timestamp()
     where id = $1 and service_account_id = $2 and ${isRevocable} returning id`,
    values: [id, account.id],
  });
  const secret = await em.findOne(ServiceAccountSecret, { id, serviceAccount: account.id });
  if (!secret) {
    throw new AppError('NOT_FOUND', { message: 'There is no such secret', details: { field: 'secretId' } });
  }
  if (revoked.length > 0) {
    await recordChange(em, context, {
      action: 'service_account.revoke_secret',
      tenantId: tenant.id,
      target: `sa-${account.id}`,
      at,
      after: { secret: `secret-${id}` },
    });
  }
  return secret;
}
