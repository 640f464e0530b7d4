import type { Pool } from 'pg';
import { Arg, Ctx, Field, InputType, Int, Mutation, ObjectType, Resolver } from 'type-graphql';
import { v7 as uuid } from 'uuid';
import { contentOf, sizeOf } from '../../platform/audit/entry-size.js';
import {
  actorFrom,
  actorOf,
  insertEventsSql,
  nowSql,
  recordChange,
} from '../../platform/audit/insert-events.js';
import type { Context } from '../../platform/context.js';
import { type Database, longTransaction, run } from '../../platform/database/sql.js';
import { AppError, invalidField } from '../../platform/errors.js';
import { publicId, publicIdSql } from '../../platform/ids.js';
import type { Spending } from '../../platform/rate-limits/tenant-budgets.js';
import { countAudiencesSql, takeFromAudiences } from '../audiences/take-permission.js';
import { isPermissionName } from './permission.rules.js';
import { type PermissionFields, PermissionType } from './permission.type.js';

@InputType('DeletePermissionInput', { description: 'The input for deleting a permission.' })
export class DeletePermissionInput {
  @Field(() => String, { description: 'The name of the permission, such as `invoices:read`.' })
  name!: string;

  @Field(() => Boolean, {
    defaultValue: false,
    description:
      'Whether to also remove the permission from all service accounts that have it and all audiences that know it, in all tenants. If false, the request fails with `CONFLICT` while any account or audience has the permission. Defaults to false.',
  })
  force!: boolean;
}

@ObjectType('DeletePermissionPayload', { description: 'The result of deleting a permission.' })
export class DeletePermissionPayload {
  @Field(() => PermissionType, { description: 'The deleted permission, as it was before the deletion.' })
  permission!: PermissionType;

  @Field(() => Int, {
    description:
      'The number of service accounts from which the permission was removed, in all tenants. Deleted accounts that can still be restored count as well.',
  })
  serviceAccountCount!: number;

  @Field(() => Int, {
    description: 'The number of audiences from which the permission was removed, of all tenants.',
  })
  audienceCount!: number;
}

@Resolver()
export class DeletePermission {
  constructor(private readonly pool: Pool) {}

  @Mutation(() => DeletePermissionPayload, {
    nullable: true,
    description:
      'Deletes a permission from the permission catalog. Fails with `CONFLICT` if any service account or audience has the permission, unless `force` is true. Deleted accounts that can still be restored count as well. Requires the role `super_admin`.',
  })
  async deletePermission(
    @Arg('input', () => DeletePermissionInput, { description: 'The permission to delete.' })
    { name, force }: DeletePermissionInput,
    @Ctx() context: Context,
  ): Promise<DeletePermissionPayload> {
    if (!isPermissionName(name))
      throw invalidField('name', 'must have the form resource:action, such as invoices:read');
    return context.inTurn(() =>
      longTransaction(this.pool, async (tx) => {
        // The lock waits for transactions that may be granting the permission. New transactions queue behind it, so it
        // must not wait longer than a request can.
        await run(tx, { text: `set local lock_timeout = 2000` });
        await run(tx, { text: 'lock table service_account in exclusive mode' });
        const permission = await remove(tx, name, context);
        if (!force) await requireUnused(tx, name);
        const serviceAccountCount = force ? await take(tx, name, context) : 0;
        const audienceCount = force ? await takeFromAudiences(tx, name, context) : 0;
        return { permission, serviceAccountCount, audienceCount };
      }),
    );
  }
}

/** Deletes the permission from the catalog. @throws AppError NOT_FOUND or RATE_LIMITED */
async function remove(tx: Database, name: string, context: Context): Promise<PermissionFields> {
  const [permission] = await run<PermissionFields>(tx, {
    text: `delete from permission where name = $1
     returning name, description, is_default as "isDefault", restricted`,
    values: [name],
  });
  if (!permission) {
    throw new AppError('NOT_FOUND', {
      message: 'The permission does not exist in the permission catalog',
      details: { field: 'name' },
    });
  }
  const { name: target, ...before } = permission;
  await recordChange(tx, context, { action: 'permission.delete', tenantId: null, target, before });
  return permission;
}

/** Requires that no account and no audience has the permission. @throws AppError CONFLICT */
async function requireUnused(tx: Database, name: string): Promise<void> {
  const [used] = await run<{ count: number; deleted: number; audiences: number }>(tx, {
    text: `select count(*)::integer as count, (count(*) filter (where status = 'deleted'))::integer as deleted,
       (${countAudiencesSql('$1::text')}) as audiences
     from service_account where permissions @> array[$1::text]`,
    values: [name],
  });
  const { count = 0, deleted = 0, audiences = 0 } = used ?? {};
  if (count + audiences === 0) return;
  throw new AppError('CONFLICT', {
    message:
      `name: the permission is still in use (service accounts: ${count}, of which deleted: ${deleted}; ` +
      `audiences: ${audiences}); remove it from them, or set force to true`,
    details: { field: 'name', count, deleted, audiences },
  });
}

/** Removes the permission from all accounts, with an audit log entry for each. @returns the number of accounts */
async function take(tx: Database, name: string, context: Context): Promise<number> {
  await context.budgets.overspend(null, await spendingOf(tx, name, context));
  const [row] = await run<{ count: number }>(tx, {
    text: `
      with taken as (
        update service_account
        set permissions = array_remove(permissions, $2), version = version + 1, updated_at = ${nowSql}
        where permissions @> array[$2::text]
        returning id, tenant_id, updated_at, permissions as left_permissions
      ),
      event as (${insertEventsSql({
        actor: actorFrom('$1'),
        action: `'service_account.set_permissions'`,
        tenantId: 'taken.tenant_id',
        target: publicIdSql('ServiceAccount', 'taken.id'),
        occurredAt: 'taken.updated_at',
        before: `jsonb_build_object('permissions', account.permissions)`,
        after: `jsonb_build_object('permissions', left_permissions)`,
        from: 'taken join service_account account on account.id = taken.id',
      })}
      )
      select count(*)::integer as count from taken`,
    values: [JSON.stringify(actorOf(context)), name],
  });
  return row?.count ?? 0;
}

/** Returns what the entries of `take` will take from the budget. The table is locked, so nothing changes in between. */
async function spendingOf(tx: Database, name: string, context: Context): Promise<Spending> {
  const [found] = await run<{ entries: number; bytes: number }>(tx, {
    text: `select count(*)::integer as entries, coalesce(sum(octet_length(to_jsonb(permissions)::text)), 0)::float8 as bytes
     from service_account where permissions @> array[$1::text]`,
    values: [name],
  });
  const { entries = 0, bytes = 0 } = found ?? {};
  const permissions: string[] = [];
  const empty = contentOf({
    target: publicId('ServiceAccount', uuid()),
    before: { permissions },
    after: { permissions },
  });
  const contents = { entries, bytes: entries * empty + 2 * bytes };
  return { changes: entries, bytes: sizeOf(actorOf(context), contents) };
}
