import type { Pool } from 'pg';
import { Arg, Ctx, Field, InputType, Mutation, ObjectType, Resolver } from 'type-graphql';
import { actorOf, recordChange } from '../../platform/audit/insert-events.js';
import type { Context } from '../../platform/context.js';
import { type Database, longTransaction, run } from '../../platform/database/sql.js';
import { AppError } from '../../platform/errors.js';
import { removeAudiencesSql } from '../audiences/remove-audiences.sql.js';
import { TenantInput } from './change-tenant.js';
import {
  deleteTenantSql,
  lockDeletedSql,
  lockRestSql,
  lockTenantSql,
  removeDeletedSql,
} from './delete-tenant.sql.js';
import type { TenantExternalIdType } from './external-ids/external-id.type.js';
import type { TenantFields } from './tenant.entity.js';
import { tenantNotFoundError, tenantUuid } from './tenant.rules.js';
import { TenantType, toTenantType } from './tenant.type.js';

/** The maximum number of attempts. An attempt fails if an account is deleted between two locks. */
const maxAttempts = 5;

@InputType('DeleteTenantInput', { description: 'The input for deleting a tenant.' })
export class DeleteTenantInput extends TenantInput {}

@ObjectType('DeleteTenantPayload', { description: 'The result of deleting a tenant.' })
export class DeleteTenantPayload {
  @Field(() => TenantType, { description: 'The deleted tenant, as it was before the deletion.' })
  tenant!: TenantType;
}

type DeletedTenant = TenantFields & { externalIds: TenantExternalIdType[] };

@Resolver()
export class DeleteTenant {
  constructor(private readonly pool: Pool) {}

  @Mutation(() => DeleteTenantPayload, {
    nullable: true,
    description:
      'Deletes a tenant permanently. Fails with `CONFLICT` if the tenant has service accounts that are not deleted. Its deleted service accounts cannot be restored afterward, and its audiences are deleted. The audit log of the tenant is kept. Requires the role `super_admin`.',
  })
  async deleteTenant(
    @Arg('input', () => DeleteTenantInput, { description: 'The tenant to delete.' }) input: DeleteTenantInput,
    @Ctx() context: Context,
  ): Promise<DeleteTenantPayload> {
    const id = tenantUuid(input.id);
    for (let attempt = 0; attempt < maxAttempts; attempt++) {
      const tenant = await context.inTurn(() => longTransaction(this.pool, (tx) => remove(tx, id, context)));
      if (tenant) return { tenant };
    }
    throw new AppError('SERVICE_UNAVAILABLE');
  }
}

/**
 * Deletes a tenant. It locks the accounts first and the tenant second, as every transaction that locks both does.
 * @returns undefined if another transaction has locked an account that was deleted in between; nothing is changed then
 * @throws AppError NOT_FOUND or CONFLICT
 */
async function remove(tx: Database, id: string, context: Context): Promise<TenantType | undefined> {
  await run(tx, { text: lockDeletedSql, values: [id] });
  const [locked] = await run<{ count: number }>(tx, { text: lockTenantSql, values: [id] });
  if (!locked) throw tenantNotFoundError();
  if (locked.count > 0) throw hasAccounts(locked.count);
  const [accounts] = await run<{ areLocked: boolean }>(tx, { text: lockRestSql, values: [id] });
  if (!accounts?.areLocked) return undefined;
  await run(tx, { text: removeDeletedSql, values: [JSON.stringify(actorOf(context)), id] });
  await run(tx, { text: removeAudiencesSql, values: [JSON.stringify(actorOf(context)), id] });
  const [tenant] = await run<DeletedTenant>(tx, { text: deleteTenantSql, values: [id] });
  if (!tenant) return undefined;
  const { name, serviceAccountLimit, status, secretMaxAgeDays, maxTokenLifetimeSeconds, externalIds } =
    tenant;
  const before = {
    name,
    serviceAccountLimit,
    status,
    secretMaxAgeDays,
    maxTokenLifetimeSeconds,
    externalIds,
  };
  const entry = { action: 'tenant.delete', tenantId: id, payer: null, target: id, before } as const;
  await recordChange(tx, context, entry);
  return { ...toTenantType(tenant), externalIds };
}

const hasAccounts = (count: number) =>
  new AppError('CONFLICT', {
    message: 'id: the tenant still has service accounts; delete them first',
    details: { field: 'id', count },
  });
