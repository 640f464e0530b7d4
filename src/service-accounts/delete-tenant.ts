import type { Pool } from 'pg';
import { Arg, Ctx, Field, InputType, Mutation, ObjectType, Resolver } from 'type-graphql';
import { v7 as uuid } from 'uuid';
import { doerOf, eventValues } from '../audit/event-values.js';
import type { Context } from '../context.js';
import { longTransaction, type Run } from '../database/long-transaction.js';
import { AppError } from '../errors.js';
import { noTenant } from '../tenants/tenant.errors.js';
import { TenantInput } from '../tenants/tenant.payload.js';
import { type TenantFields, TenantType, toTenantType } from '../tenants/tenant.type.js';
import { storedTenantId } from '../tenants/tenant-id.js';
import {
  deleteTenantSql,
  lockDeletedSql,
  lockRestSql,
  lockTenantSql,
  removeDeletedSql,
} from './delete-tenant.sql.js';

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
      const tenant = await context.inTurn(() =>
        longTransaction(this.pool, (run) => remove(run, id, remover)),
      );
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
async function remove(run: Run, id: string, remover: unknown[]): Promise<TenantFields | undefined> {
  await run(lockDeletedSql, [id]);
  const [locked] = await run<{ count: number }>(lockTenantSql, [id]);
  if (!locked) throw noTenant();
  if (locked.count > 0) throw hasAccounts(locked.count);
  const [accounts] = await run<{ areLocked: boolean }>(lockRestSql, [id]);
  if (!accounts?.areLocked) return undefined;
  await run(removeDeletedSql, [...remover, id]);
  const [tenant] = await run<TenantFields>(deleteTenantSql, [...remover, id, uuid()]);
  return tenant;
}

const hasAccounts = (count: number) =>
  new AppError('CONFLICT', {
    message: 'id: the tenant has service accounts that are not deleted',
    details: { field: 'id', count },
  });
