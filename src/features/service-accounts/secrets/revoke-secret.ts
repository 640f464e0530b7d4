import { Arg, Ctx, Field, ID, InputType, Mutation, ObjectType, Resolver } from 'type-graphql';
import { recordChange } from '../../../platform/audit/insert-events.js';
import type { Context } from '../../../platform/context.js';
import { run } from '../../../platform/database/sql.js';
import { AppError } from '../../../platform/errors.js';
import { publicId } from '../../../platform/ids.js';
import { NodeId } from '../../../platform/node.type.js';
import { toTenantType } from '../../tenants/tenant.type.js';
import { type LockedAccount, requireNotDeleted, withAccount } from '../locked-accounts.js';
import { AccountInput, AccountPayload } from '../payloads.js';
import { toServiceAccountType } from '../service-account.type.js';
import { ServiceAccountSecret } from './service-account-secret.entity.js';
import { ServiceAccountSecretType, toSecretType } from './service-account-secret.type.js';
import { isRevocableSql } from './stored-secrets.js';

@InputType('RevokeServiceAccountSecretInput', { description: 'The input for revoking a secret.' })
export class RevokeServiceAccountSecretInput extends AccountInput {
  @NodeId('ServiceAccountSecret')
  @Field(() => ID, { description: 'The ID of the secret: `secret-` followed by a UUID.' })
  secretId!: string;
}

@ObjectType('RevokeServiceAccountSecretPayload', { description: 'The result of revoking a secret.' })
export class RevokeServiceAccountSecretPayload extends AccountPayload {
  @Field(() => ServiceAccountSecretType, { description: 'The revoked secret, without its value.' })
  secret!: ServiceAccountSecretType;
}

@Resolver()
export class RevokeServiceAccountSecret {
  @Mutation(() => RevokeServiceAccountSecretPayload, {
    nullable: true,
    description:
      'Revokes a secret, immediately and permanently. Token introspection reports access tokens that were obtained with the secret as inactive. Requires the role `tenant_admin` or `super_admin`.',
  })
  async revokeServiceAccountSecret(
    @Arg('input', () => RevokeServiceAccountSecretInput, { description: 'The secret to revoke.' })
    { id, secretId }: RevokeServiceAccountSecretInput,
    @Ctx() context: Context,
  ): Promise<RevokeServiceAccountSecretPayload> {
    return withAccount(context, id, async (locked) => {
      requireNotDeleted(locked.account);
      const secret = await revoke(locked, secretId, context);
      const serviceAccount = toServiceAccountType(locked.account, toTenantType(locked.tenant));
      return { serviceAccount, secret: toSecretType(secret, null) };
    });
  }
}

/**
 * Revokes a secret. A secret that is already revoked is returned unchanged, and nothing is recorded. The same applies
 * to a secret that expired so long ago that its access tokens have expired too.
 * @throws AppError NOT_FOUND
 */
async function revoke({ em, account, tenant, at }: LockedAccount, id: string, context: Context) {
  const revoked = await run(em, {
    text: `
      update service_account_secret secret set revoked_at = statement_timestamp()
      where id = $1 and service_account_id = $2 and ${isRevocableSql} returning id`,
    values: [id, account.id],
  });
  const secret = await em.findOne(ServiceAccountSecret, { id, serviceAccount: account.id });
  if (!secret) {
    throw new AppError('NOT_FOUND', {
      message: 'The service account has no secret with this ID',
      details: { field: 'secretId' },
    });
  }
  if (revoked.length > 0) {
    await recordChange(em, context, {
      action: 'service_account.revoke_secret',
      tenantId: tenant.id,
      target: publicId('ServiceAccount', account.id),
      at,
      after: { secret: publicId('ServiceAccountSecret', id) },
    });
  }
  return secret;
}
