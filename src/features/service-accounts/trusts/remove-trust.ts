import { Arg, Ctx, Field, ID, InputType, Mutation, ObjectType, Resolver } from 'type-graphql';
import { recordChange } from '../../../platform/audit/insert-events.js';
import type { Context } from '../../../platform/context.js';
import { run } from '../../../platform/database/sql.js';
import { AppError } from '../../../platform/errors.js';
import { publicId } from '../../../platform/ids.js';
import { NodeId } from '../../../platform/node.type.js';
import { toTenantType } from '../../tenants/tenant.type.js';
import { type LockedAccount, requireNotDeleted, withAccount } from '../locked-accounts.js';
import { AccountInput } from '../payloads.js';
import { toServiceAccountType } from '../service-account.type.js';
import type { TrustRow } from './service-account-trust.entity.js';
import { TrustPayload, toTrustType } from './service-account-trust.type.js';
import { auditedTrust, trustColumns } from './stored-trusts.js';

@InputType('RemoveServiceAccountTrustInput', { description: 'The input for removing a trust.' })
export class RemoveServiceAccountTrustInput extends AccountInput {
  @NodeId('ServiceAccountTrust')
  @Field(() => ID, { description: 'The ID of the trust: `trust-` followed by a UUID.' })
  trustId!: string;
}

@ObjectType('RemoveServiceAccountTrustPayload', { description: 'The result of removing a trust.' })
export class RemoveServiceAccountTrustPayload extends TrustPayload {}

@Resolver()
export class RemoveServiceAccountTrust {
  @Mutation(() => RemoveServiceAccountTrustPayload, {
    nullable: true,
    description:
      'Removes a trust from a service account, immediately and permanently, whether it has expired or not. Token introspection reports access tokens that were obtained through the trust as inactive. The trust can be added again. Requires the role `tenant_admin` or `super_admin`.',
  })
  async removeServiceAccountTrust(
    @Arg('input', () => RemoveServiceAccountTrustInput, { description: 'The trust to remove.' })
    { id, trustId }: RemoveServiceAccountTrustInput,
    @Ctx() context: Context,
  ): Promise<RemoveServiceAccountTrustPayload> {
    return withAccount(context, id, async (locked) => {
      requireNotDeleted(locked.account);
      const trust = await remove(locked, trustId, context);
      const serviceAccount = toServiceAccountType(locked.account, toTenantType(locked.tenant));
      return { serviceAccount, trust: toTrustType(trust) };
    });
  }
}

/** Removes a trust, and records it. @throws AppError NOT_FOUND */
async function remove({ em, account, tenant, at }: LockedAccount, id: string, context: Context) {
  const [trust] = await run<TrustRow>(em, {
    text: `
      delete from service_account_trust trust where trust.id = $1 and trust.service_account_id = $2
      returning ${trustColumns}`,
    values: [id, account.id],
  });
  if (!trust) {
    throw new AppError('NOT_FOUND', {
      message: 'The service account has no trust with this ID',
      details: { field: 'trustId' },
    });
  }
  await recordChange(em, context, {
    action: 'service_account.remove_trust',
    tenantId: tenant.id,
    target: publicId('ServiceAccount', account.id),
    at,
    after: auditedTrust(trust),
  });
  return trust;
}
