import { Arg, Ctx, Field, InputType, Mutation, ObjectType, Resolver } from 'type-graphql';
import { actorOf } from '../../../platform/audit/insert-events.js';
import { type Context, tenantIdOf } from '../../../platform/context.js';
import type { Pepper } from '../../../platform/crypto.js';
import { AppError } from '../../../platform/errors.js';
import { Tenant } from '../../tenants/tenant.entity.js';
import { tenantNotFoundError } from '../../tenants/tenant.rules.js';
import { toTenantType } from '../../tenants/tenant.type.js';
import { AccountPayload } from '../payloads.js';
import { toServiceAccountType } from '../service-account.type.js';
import { endLeakedSecret } from './end-leaked-secret.js';
import { hashesOf, requireSecret } from './secret.js';
import { ServiceAccountSecret } from './service-account-secret.entity.js';
import { ServiceAccountSecretType, toSecretType } from './service-account-secret.type.js';

@InputType('ReportLeakedSecretInput', { description: 'The input for reporting a leaked secret.' })
export class ReportLeakedSecretInput {
  @Field(() => String, {
    description:
      'The client secret that was found: `sa_secret_` followed by 38 characters. The gateway neither stores nor logs it.',
  })
  secret!: string;
}

@ObjectType('ReportLeakedSecretPayload', { description: 'The result of reporting a leaked secret.' })
export class ReportLeakedSecretPayload extends AccountPayload {
  @Field(() => ServiceAccountSecretType, {
    description: 'The secret after the operation, without its value.',
  })
  secret!: ServiceAccountSecretType;

  @Field(() => Boolean, {
    description:
      'Whether the secret was valid until this report. False if it had already been revoked or had expired.',
  })
  wasValid!: boolean;
}

@Resolver()
export class ReportLeakedSecret {
  constructor(private readonly peppers: readonly Pepper[]) {}

  @Mutation(() => ReportLeakedSecretPayload, {
    nullable: true,
    description:
      'Revokes the secret that has this value, immediately and permanently. The other secrets of its service account remain valid. Token introspection reports access tokens that were obtained with the secret as inactive. Works whatever the status of the account and of the tenant is. Succeeds without a change if the secret had already been revoked. Fails with `NOT_FOUND` if the tenant named by the `x-tenantid` header has no such secret. Requires the role `tenant_admin` or `super_admin`.',
  })
  async reportLeakedSecret(
    @Arg('input', () => ReportLeakedSecretInput, { description: 'The secret to revoke.' })
    { secret: value }: ReportLeakedSecretInput,
    @Ctx() context: Context,
  ): Promise<ReportLeakedSecretPayload> {
    requireSecret('secret', value);
    const tenantId = tenantIdOf(context);
    const hashes = hashesOf(value, this.peppers).join(',');
    return context.query((root) =>
      root.transactional(async (em) => {
        const tenant = await em.findOne(Tenant, tenantId);
        if (!tenant) throw tenantNotFoundError();
        const actor = JSON.stringify(actorOf(context));
        const [leaked] = await endLeakedSecret(em, [hashes, tenantId, actor, null]);
        if (!leaked) throw secretNotFoundError();
        const where = { id: leaked.id, serviceAccount: leaked.accountId };
        const secret = await em.findOneOrFail(ServiceAccountSecret, where, { populate: ['serviceAccount'] });
        return {
          serviceAccount: toServiceAccountType(secret.serviceAccount, toTenantType(tenant)),
          secret: toSecretType(secret, null),
          wasValid: leaked.wasValid,
        };
      }),
    );
  }
}

/** The error for a secret that nobody has, and for a secret of another tenant. */
const secretNotFoundError = (): AppError =>
  new AppError('NOT_FOUND', {
    message: 'The tenant has no secret with this value',
    details: { field: 'secret' },
  });
