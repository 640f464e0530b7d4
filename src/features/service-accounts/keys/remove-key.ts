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
import type { KeyRow } from './service-account-key.entity.js';
import { KeyPayload, toKeyType } from './service-account-key.type.js';
import { auditedKey, keyColumns } from './stored-keys.js';

@InputType('RemoveServiceAccountKeyInput', { description: 'The input for removing a public key.' })
export class RemoveServiceAccountKeyInput extends AccountInput {
  @NodeId('ServiceAccountKey')
  @Field(() => ID, { description: 'The ID of the key: `key-` followed by a UUID.' })
  keyId!: string;
}

@ObjectType('RemoveServiceAccountKeyPayload', { description: 'The result of removing a public key.' })
export class RemoveServiceAccountKeyPayload extends KeyPayload {}

@Resolver()
export class RemoveServiceAccountKey {
  @Mutation(() => RemoveServiceAccountKeyPayload, {
    nullable: true,
    description:
      'Removes a public key from a service account, immediately and permanently, whether it has expired or not. Token introspection reports access tokens that were obtained with the key as inactive. The key can be added again. Requires the role `tenant_admin` or `super_admin`.',
  })
  async removeServiceAccountKey(
    @Arg('input', () => RemoveServiceAccountKeyInput, { description: 'The key to remove.' })
    { id, keyId }: RemoveServiceAccountKeyInput,
    @Ctx() context: Context,
  ): Promise<RemoveServiceAccountKeyPayload> {
    return withAccount(context, id, async (locked) => {
      requireNotDeleted(locked.account);
      const key = await remove(locked, keyId, context);
      const serviceAccount = toServiceAccountType(locked.account, toTenantType(locked.tenant));
      return { serviceAccount, key: toKeyType(key) };
    });
  }
}

/** Removes a key, and records it. @throws AppError NOT_FOUND */
async function remove({ em, account, tenant, at }: LockedAccount, id: string, context: Context) {
  const [key] = await run<KeyRow>(em, {
    text: `
      delete from service_account_key key where key.id = $1 and key.service_account_id = $2
      returning ${keyColumns}`,
    values: [id, account.id],
  });
  if (!key) {
    throw new AppError('NOT_FOUND', {
      message: 'The service account has no public key with this ID',
      details: { field: 'keyId' },
    });
  }
  await recordChange(em, context, {
    action: 'service_account.remove_key',
    tenantId: tenant.id,
    target: publicId('ServiceAccount', account.id),
    at,
    after: auditedKey(key),
  });
  return key;
}
