import type { Pool } from 'pg';
import { Arg, Ctx, Field, InputType, Int, Mutation, ObjectType, Resolver } from 'type-graphql';
import { doerOf, eventColumns, eventValues } from '../../platform/audit/event-values.js';
import type { Context } from '../../platform/context.js';
import { type Database, longTransaction, run } from '../../platform/database/sql.js';
import { AppError, invalidField } from '../../platform/errors.js';
import { type PermissionFields, PermissionType } from './permission.type.js';
import { isPermissionName } from './permission-name.js';

@InputType('DeletePermissionInput', { description: 'Which permission.' })
export class DeletePermissionInput {
  @Field(() => String, { description: 'Its name, such as `invoices:read`.' })
  name!: string;

  @Field(() => Boolean, {
    defaultValue: false,
    description: 'Whether it is taken from the accounts that have it. Otherwise these are a CONFLICT.',
  })
  force!: boolean;
}

@ObjectType('DeletePermissionPayload', { description: 'What is gone.' })
export class DeletePermissionPayload {
  @Field(() => PermissionType, { description: 'The permission as it was.' })
  permission!: PermissionType;

  @Field(() => Int, { description: 'How many accounts it was taken from, in all tenants.' })
  serviceAccountCount!: number;
}

/** When it is done, which may be a while after the transaction began. */
const at = `date_trunc('milliseconds', statement_timestamp())`;

@Resolver()
export class DeletePermission {
  constructor(private readonly pool: Pool) {}

  @Mutation(() => DeletePermissionPayload, {
    nullable: true,
    description:
      'Deletes a permission from the catalogue. While accounts have it, also deleted ones that can be restored, that takes `force`. For super_admin.',
  })
  async deletePermission(
    @Arg('input', () => DeletePermissionInput, { description: 'Which permission.' })
    { name, force }: DeletePermissionInput,
    @Ctx() context: Context,
  ): Promise<DeletePermissionPayload> {
    if (!isPermissionName(name)) throw invalidField('name', 'must be such as invoices:read');
    return context.inTurn(() =>
      longTransaction(this.pool, async (tx) => {
        // What grants it has looked into the catalogue before: it is over by then, or begins afterwards. Others wait
        // meanwhile, so that this waits no longer for them than a request may.
        await run(tx, { text: `set local lock_timeout = 2000` });
        await run(tx, { text: 'lock table service_account in exclusive mode' });
        const permission = await remove(tx, name, context);
        const serviceAccountCount = force ? await take(tx, name, context) : await requireUnused(tx, name);
        return { permission, serviceAccountCount };
      }),
    );
  }
}

/** @throws AppError NOT_FOUND */
async function remove(tx: Database, name: string, context: Context): Promise<PermissionFields> {
  const [permission] = await run<PermissionFields>(tx, {
    text: `with gone as (delete from permission where name = $1 returning *),
     event as (
       insert into audit_event (occurred_at, id, action, target, outcome, before, ${eventColumns})
       select ${at}, gen_random_uuid(), 'permission.delete', name, 'success',
         jsonb_build_object('description', description, 'isDefault', is_default, 'restricted', restricted),
         $2, $3, $4, $5, $6, $7, $8
       from gone
     )
     select name, description, is_default as "isDefault", restricted from gone`,
    values: [name, ...eventValues(doerOf(context))],
  });
  if (!permission) {
    throw new AppError('NOT_FOUND', { message: 'There is no such permission', details: { field: 'name' } });
  }
  return permission;
}

/** @throws AppError CONFLICT, and nothing is deleted */
async function requireUnused(tx: Database, name: string): Promise<0> {
  const [used] = await run<{ count: number; deleted: number }>(tx, {
    text: `select count(*)::integer as count, (count(*) filter (where status = 'deleted'))::integer as deleted
     from service_account where permissions @> array[$1::text]`,
    values: [name],
  });
  if (!used?.count) return 0;
  const { count, deleted } = used;
  throw new AppError('CONFLICT', {
    message: `name: accounts have it, ${count - deleted} that are there and ${deleted} that are deleted: take it from them, or use force`,
    details: { field: 'name', count, deleted },
  });
}

/** Each account's trail tells it, as if its permissions had been set. @returns how many there were */
async function take(tx: Database, name: string, context: Context): Promise<number> {
  const [row] = await run<{ count: number }>(tx, {
    text: `with taken as (
       update service_account
       set permissions = array_remove(permissions, $1), version = version + 1,
         updated_at = ${at}
       where permissions @> array[$1::text]
       returning id, tenant_id, updated_at, permissions as left_permissions
     ),
     event as (
       insert into audit_event (
         occurred_at, id, tenant_id, action, target, outcome, before, after, ${eventColumns}
       )
       select taken.updated_at, gen_random_uuid(), taken.tenant_id, 'service_account.set_permissions', 'sa-' || taken.id, 'success',
         jsonb_build_object('permissions', account.permissions),
         jsonb_build_object('permissions', left_permissions),
         $2, $3, $4, $5, $6, $7, $8
       from taken join service_account account using (id)
     )
     select count(*)::integer as count from taken`,
    values: [name, ...eventValues(doerOf(context))],
  });
  return row?.count ?? 0;
}
