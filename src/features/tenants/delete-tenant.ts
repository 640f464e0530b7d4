import type { Pool } from 'pg';
import { Arg, Ctx, Field, InputType, Mutation, ObjectType, Resolver } from 'type-graphql';
import { v7 as uuid } from 'uuid';
import { doerOf, eventValues } from '../../platform/audit/event-values.js';
import type { Context } from '../../platform/context.js';
import { type Database, longTransaction, run } from '../../platform/database/sql.js';
import { AppError } from '../../platform/errors.js';
import {
  deleteTenantSql,
  lockDeletedSql,
  lockRestSql,
  lockTenantSql,
  removeDeletedSql,
} from './delete-tenant.sql.js';
import { noTenant } from './tenant.errors.js';
import { TenantInput } from './tenant.payload.js';
import { type TenantFields, TenantType, toTenantType } from './tenant.type.js';
import { storedTenantId } from './tenant-id.js';

/** An account may be deleted between two locks, but hardly this often. */
const attempts = 5;

@InputType('DeleteTenantInput', { description: 'Which tenant.' })
export class DeleteTenantInput extends TenantInput {}

@ObjectType('DeleteTenantPayload', { description: 'The tenant that is gone.' })
export class DeleteTenantPayload {
  @Field(() => TenantType, { description: 'The tenant as it was.' })
  tenant!: TenantType;
}

/** Here, since it removes accounts: src/tenants knows none of them. */
@Resolver()
export class DeleteTenant {
  constructor(private readonly pool: Pool) {}

  @Mutation(() => DeleteTenantPayload, {
    nullable: true,
    description:
      'Deletes a tenant for good, and with it the accounts that were deleted and could still be restored. One that has others is a CONFLICT. The audit trail stays. For super_admin.',
  })
  async deleteTenant(
    @Arg('input', () => DeleteTenantInput, { description: 'Which tenant.' }) input: DeleteTenantInput,
    @Ctx() context: Context,
  ): Promise<DeleteTenantPayload> {
    const id = storedTenantId(input.id);
    const remover = eventValues(doerOf(context));
    for (let attempt = 0; attempt < attempts; attempt++) {
      const tenant = await context.inTurn(() => longTransaction(this.pool, (tx) => remove(tx, id, remover)));
      if (tenant) return { tenant: toTenantType(tenant) };
    }
    throw new AppError('SERVICE_UNAVAILABLE');
  }
}

/**
 * Takes accounts first and the tenant second, as whoever takes both. What has the lock of one of them meanwhile is
 * waited for; what waits for one finds it gone.
 * @returns undefined, and nothing has happened, when somebody else has an account that was deleted between the two
 * @throws AppError NOT_FOUND or CONFLICT
 */
async function remove(tx: Database, id: string, remover: unknown[]): Promise<TenantFields | undefined> {
  await run(tx, { text: lockDeletedSql, values: [id] });
  const [locked] = await run<{ count: number }>(tx, { text: lockTenantSql, values: [id] });
  if (!locked) throw noTenant();
  if (locked.count > 0) throw hasAccounts(locked.count);
  const [accounts] = await run<{ areLocked: boolean }>(tx, { text: lockRestSql, values: [id] });
  if (!accounts?.areLocked) return undefined;
  await run(tx, { text: removeDeletedSql, values: [...remover, id] });
  const [tenant] = await run<TenantFields>(tx, { text: deleteTenantSql, values: [...remover, id, uuid()] });
  return tenant;
}

const hasAccounts = (count: number) =>
  new AppError('CONFLICT', {
    message: 'id: the tenant has service accounts that are not deleted',
    details: { field: 'id', count },
  });
